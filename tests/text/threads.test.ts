import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { needsWholeThread, splitQuotes } from '../../domain/text/quotes.ts';
import { splitSignature } from '../../domain/text/signature.ts';
import { words } from '../../domain/text/tokens.ts';

const FOLDER = new URL('../fixtures/threads/', import.meta.url);

/** A mail and how a careful reader divides it; see any file of the folder. */
function load(name: string): { mail: string; body: string; signature: string; quoted: string | undefined } {
  const [mail = '', body = '', signature = '', quoted] = readFileSync(new URL(name, FOLDER), 'utf8').split(
    /^=== (?:nouveau|signature|cité)\n/m,
  );
  return { mail, body: body.trimEnd(), signature: signature.trimEnd(), quoted: quoted?.trimEnd() };
}

const names = readdirSync(FOLDER).sort();

describe('French mails are divided as a careful reader would', () => {
  test('there are at least forty of them', () => expect(names.length).toBeGreaterThanOrEqual(40));

  test.each(names)('%s', (name) => {
    const { mail, body, signature, quoted } = load(name);
    const split = splitQuotes(mail);
    const signed = splitSignature(split.body);
    expect(signed.body).toBe(body);
    expect(signed.signature).toBe(signature);
    if (quoted === undefined) expect(split.quoted).toBe('');
    else expect(split.quoted.startsWith(quoted)).toBe(true);
  });

  test.each(names)('%s: every word is somewhere', (name) => {
    const { mail } = load(name);
    const split = splitQuotes(mail);
    const signed = splitSignature(split.body);
    const kept = words([signed.body, signed.signature, split.quoted].join('\n')).sort();
    expect(kept).toEqual(words(mail).sort());
  });

  test('windows line ends divide like others', () => {
    for (const name of names) {
      const { mail, body } = load(name);
      expect(splitSignature(splitQuotes(mail.replaceAll('\n', '\r\n')).body).body).toBe(body);
    }
  });
});

describe('a forward without a word of its own', () => {
  test('asks the caller to look at the whole thread', () => {
    expect(needsWholeThread(splitQuotes(load('13-transfert-sans-un-mot.txt').mail).body)).toBe(true);
    expect(needsWholeThread(splitQuotes(load('12-gmail-transfert-avec-un-mot.txt').mail).body)).toBe(false);
  });

  test.each([
    ['12-gmail-transfert-avec-un-mot.txt', 'forward'],
    ['11-apple-message-transfere.txt', 'forward'],
    ['01-gmail-reponse.txt', 'reply'],
    ['21-reponses-intercalees.txt', 'interleaved'],
    ['09-iphone.txt', 'none'],
  ])('%s is a %s', (name, kind) => expect(splitQuotes(load(name).mail).kind).toBe(kind));
});
