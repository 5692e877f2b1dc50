import { Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { bot } from '../../scripts/commands/bot.ts';
import type { AnswerMode } from '../../domain/bot/replies.ts';

const AT = '2026-03-18T10:00:00+01:00';

async function run(lines: readonly string[], mode: AnswerMode = 'assume-answered') {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  const bad = await bot(Readable.from(lines.map((line) => `${line}\n`)), output, mode);
  return {
    bad,
    talks: text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
const talk = (id: string | number, ...turns: string[]): string =>
  JSON.stringify({ id, at: AT, turns: turns.map((member) => ({ member })) });

describe('bot --jsonl', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('gives for each talk what became of it, in the order of the input, with these fields and no other', async () => {
    const { bad, talks } = await run([
      talk('a', 'où est ma carte vitale', 'ok merci'),
      talk(2, 'où est ma carte vitale', 'non', 'je demande quand ma carte arrive', 'toujours pas'),
      talk('c', 'un conseiller svp'),
      talk('d', 'bonjour', 'je veux mourir'),
    ]);
    expect(bad).toBe(0);
    expect(talks.map(({ id, outcome, at_turn }) => [id, outcome, at_turn])).toEqual([
      ['a', 'answered', null],
      [2, 'offer-human', 4],
      ['c', 'immediate-human', 1],
      ['d', 'immediate-human', 2],
    ]);
    expect(Object.keys(talks[0]!)).toEqual(['id', 'outcome', 'at_turn', 'motif', 'flags', 'turns']);
    expect(talks[1]!['turns']).toEqual([
      { kind: 'question', failed_requests: 0, reply: expect.any(String) },
      { kind: 'feedback-no', failed_requests: 1, reply: expect.any(String) },
      { kind: 'reformulation', failed_requests: 1, reply: expect.any(String) },
      { kind: 'feedback-no', failed_requests: 2, reply: expect.any(String) },
    ]);
    expect(talks[0]!['motif']).toBe('carte-vitale');
    expect(talks[3]!['flags']).toEqual(['danger-vital']);
  }, 60_000);

  test('a line that cannot be read is named and left out; the others go on', async () => {
    const said: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const { bad, talks } = await run([
      'not json',
      talk('ok', 'merci'),
      '{"id":"x"}',
      '{"id":"y","turns":[{"text":"?"}]}',
      '',
      '{"turns":[]}',
      talk('empty'),
    ]);
    expect(bad).toBe(4);
    expect(talks.map(({ id }) => id)).toEqual(['ok', 'empty']);
    expect(said.map((line) => /Line \d+[^.]*/.exec(line)?.[0])).toEqual([
      'Line 1: not a JSON object',
      expect.stringMatching(/^Line 3, field turns/),
      expect.stringMatching(/^Line 4, field turns/),
      expect.stringMatching(/^Line 6, field id/),
    ]);
  }, 60_000);

  test('without --assume-answered the bot’s own failures count', async () => {
    const twice = talk('z', 'blorg zimbou tralala', 'zimbou tralala blorg pouf');
    expect((await run([twice], 'embedded')).talks[0]).toMatchObject({ outcome: 'offer-human', at_turn: 2 });
    expect((await run([twice])).talks[0]).toMatchObject({ outcome: 'answered' });
  }, 60_000);

  test('the same talk gives the same answer', async () => {
    const line = talk('a', 'mon arrêt est bloqué', 'nan', 'pourquoi mon arrêt est bloqué', '???');
    const { talks } = await run([line, line]);
    expect(talks[1]).toEqual(talks[0]);
  }, 60_000);
});
