import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ParsedMail } from '../../mail/parse.ts';
import { createParsePool, type ParsePool } from '../../mail/parse-pool.ts';
import { makeHostile, readCorpus, type HostileMail } from '../support/hostile-mail.ts';

const corpus = readCorpus();
const made = makeHostile();
let pool: ParsePool;
beforeAll(() => {
  pool = createParsePool();
});
afterAll(() => pool.close());

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) yield* strings(inner);
}

/** What is wrong with a parsed mail, '' when nothing is. */
function fault(mail: ParsedMail): string {
  for (const text of strings(mail)) {
    if (/[\u0000-\u0008\u000B-\u001F\u007F]/.test(text)) return 'control';
    if (!text.isWellFormed()) return 'surrogate';
    if (text.length > 1_000_000) return 'length';
  }
  for (const { name, type, size, part } of mail.attachments) {
    if (!/^[^/\\\p{Cc}\p{Cf}<>:"|?*]{1,125}$/u.test(name) || name.startsWith('.')) return 'name';
    if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) || !(size >= 0) || !Number.isInteger(part)) return 'attachment';
  }
  if (mail.from_address !== '' && !/^[^\s@]+@[^\s@]+$/.test(mail.from_address)) return 'sender';
  if (mail.date !== undefined && !/^\d{4}-\d\d-\d\dT/.test(mail.date)) return 'date';
  return '';
}

async function parseAll(mails: readonly HostileMail[]): Promise<{ name: string; mail: ParsedMail }[]> {
  return Promise.all(mails.map(async ({ name, raw }) => ({ name, mail: await pool.parse(raw) })));
}

describe('mail made to do harm', () => {
  test('ends as a mail, in time and memory, with nothing dangerous in it and its text kept', async () => {
    const parsed = await parseAll(made);
    expect(parsed.filter(({ mail }) => fault(mail) !== '').map(({ name, mail }) => `${name}: ${fault(mail)}`)).toEqual(
      [],
    );
    expect(
      parsed.filter(({ mail }) => /timeout|memory|failed/.test(mail.problem ?? '')).map(({ name }) => name),
    ).toEqual([]);
    const withText = made.filter(({ raw }) => raw.includes('texte') && !raw.includes('message/rfc822'));
    const lost = parsed.filter(
      ({ name, mail }) => withText.some((one) => one.name === name) && !mail.full_text.includes('texte'),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  }, 120_000);

  test('dangerous names become plain ones', async () => {
    const mail = await pool.parse(made.find(({ name }) => name === 'hostile names')!.raw);
    expect(mail.attachments.map(({ name }) => name.slice(0, 20))).toEqual([
      'passwd',
      'passwd',
      'a..b',
      'piece-jointe-4.pdf',
      'a b',
      'fdp.exe',
      'piece-jointe-7.pdf',
      'piece-jointe-8.pdf',
      'n'.repeat(20),
    ]);
  });
});

/** Runs only where the corpus lies beside the project; the mails above run everywhere. */
const there = corpus === undefined ? describe.skip : describe;
there('the public corpus of hostile mail', () => {
  let parsed: { name: string; mail: ParsedMail }[];
  beforeAll(async () => {
    parsed = await parseAll(corpus ?? []);
  }, 300_000);

  test('is all there', () => expect(parsed).toHaveLength(3_302));

  test('every mail ends as a mail with nothing dangerous in it', () => {
    expect(parsed.filter(({ mail }) => fault(mail) !== '').map(({ name, mail }) => `${name}: ${fault(mail)}`)).toEqual(
      [],
    );
  });

  test('none needs to be killed for time or memory', () => {
    const killed = parsed.filter(({ mail }) => /timeout|memory|failed/.test(mail.problem ?? ''));
    expect(killed.map(({ name, mail }) => `${name}: ${mail.problem}`)).toEqual([]);
    expect(pool.stats().lost).toBe(0);
  });

  test('text is not lost: what stays empty is a header alone, pictures alone or a fuzzer’s few bytes', () => {
    const raws = new Map((corpus ?? []).map(({ name, raw }) => [name, raw]));
    const empty = parsed.filter(({ name, mail }) => {
      const body =
        /\r?\n[ \t]*\r?\n([\s\S]*)$|\r[ \t]*\r([\s\S]*)$/.exec(raws.get(name)!.toString('latin1'))?.[1] ?? '';
      const found = mail.full_text !== '' || mail.quoted !== '' || mail.attachments.length > 0;
      return !found && body.trim().length > 400;
    });
    // Looked at one by one: pages of linked pictures (2), a signature and nothing signed (1), empty parts (2).
    expect(empty.length).toBeLessThanOrEqual(5);
  });

  test('bounces are known as such and name the mail that came back', () => {
    const bounces = parsed.filter(
      ({ name, mail }) => /sisimai|flufl\.bounce/.test(name) && mail.automated.kind === 'bounce',
    );
    expect(bounces.length).toBeGreaterThan(400);
    const named = bounces.filter(({ mail }) => mail.bounce?.failed_recipient);
    expect(named.length / bounces.length).toBeGreaterThan(0.85);
  });
});
