import { describe, expect, test } from '@jest/globals';
import { resolveConnections } from '../../config/connections.ts';

const LONG = 'a secret of more than thirty-two characters';
const ENV = { NORD: LONG, NORD_NEXT: LONG, BACK: LONG };
const PORTAL = `version: 1
mailboxes: []
portals:
  - id: compte-nord
    caisse: CPAM du Nord
    keys:
      - { id: nord-2026, secret_env: NORD, requests_per_minute: 1200 }
      - { id: nord-2027, secret_env: NORD_NEXT }
    answers: { url: "https://compte.example/answers", key: caisse, secret_env: BACK }
...
`;
const read = (text: string, env: Record<string, string> = ENV) => resolveConnections(text, [], env).portals;
const refusal = (text: string, env: Record<string, string> = ENV): string => {
  try {
    read(text, env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('accepted');
};

describe('portals of connections.yaml', () => {
  test('take their secrets from the environment; two keys, so that one can be replaced', () => {
    expect(read(PORTAL).get('compte-nord')).toEqual({
      id: 'compte-nord',
      caisse: 'CPAM du Nord',
      keys: [
        { id: 'nord-2026', secret: LONG, requests_per_minute: 1200 },
        { id: 'nord-2027', secret: LONG, requests_per_minute: 600 },
      ],
      answers: { url: 'https://compte.example/answers', key: { id: 'caisse', secret: LONG }, timeout_ms: 15_000 },
    });
  });

  test.each([
    ['a secret that is not set', PORTAL, { NORD: LONG, NORD_NEXT: LONG }, /BACK/],
    ['a short secret', PORTAL, { ...ENV, NORD: 'short' }, /connections\.yaml:7:\d+ .*secret trop court/],
    ['a key of two portals', PORTAL.replace('nord-2027', 'nord-2026'), ENV, /:8:\d+ .*clé déjà nommée/],
    ['the chat page’s name', PORTAL.replace('compte-nord', 'demo'), ENV, /:4:\d+ .*portail déjà nommé/],
    ['an address without TLS', PORTAL.replace('https:', 'http:'), ENV, /:9:\d+/],
  ])('refuse %s', (_, text, env, message) => {
    const said = refusal(text, env as Record<string, string>);
    expect(said).toMatch(message);
    expect(said).not.toContain(LONG);
  });

  test('may be on this machine without TLS', () => {
    expect(read(PORTAL.replace('https://compte.example', 'http://127.0.0.1:9000')).size).toBe(1);
  });
});
