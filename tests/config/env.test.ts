import { describe, expect, test } from '@jest/globals';
import { readEnv } from '../../config/env.ts';
import { hasCode } from '../../domain/errors.ts';

const POSTGRES = 'postgres://agent:hunter2-secret@db.example:5432/aiguillage';
const SECRET = 'x'.repeat(32);

function refusal(source: Record<string, string>): { code: unknown; message: string } {
  try {
    readEnv(source);
  } catch (error) {
    return { code: (error as { code?: unknown }).code, message: (error as Error).message };
  }
  throw new Error('accepted');
}

describe('the environment', () => {
  test('of a try-out may be empty', () => {
    expect(readEnv({})).toMatchObject({
      database_url: undefined,
      queue_url: undefined,
      data: './data',
      autoapply: true,
    });
  });

  test('of production keeps supervisors in charge of what becomes active', () => {
    const site = { DATABASE_URL: POSTGRES, TOKEN_SECRET: SECRET };
    expect(readEnv(site)).toMatchObject({ autoapply: false, bot_demo: false });
    expect(readEnv({ ...site, BOT_DEMO: '1' }).bot_demo).toBe(true);
    expect(readEnv({}).bot_demo).toBe(true);
    expect(readEnv({ DATABASE_URL: POSTGRES, TOKEN_SECRET: SECRET, CONFIG_AUTOAPPLY: '1' })).toMatchObject({
      autoapply: true,
    });
  });

  test('reads an empty variable as one that is not set', () => {
    expect(readEnv({ DATABASE_URL: '', QUEUE_URL: '', ROLES: '' })).toEqual(readEnv({}));
  });

  test('takes several roles with a database', () => {
    expect(readEnv({ DATABASE_URL: POSTGRES, TOKEN_SECRET: SECRET, ROLES: 'ingest, triage' }).roles).toEqual([
      'ingest',
      'triage',
    ]);
  });

  test.each([
    [
      'a queue without a database',
      { QUEUE_URL: 'redis://queue.example:6379' },
      'QUEUE_WITHOUT_DATABASE',
      'DATABASE_URL',
    ],
    ['some roles on the embedded database', { ROLES: 'ingest' }, 'CONFIG_ENV', 'ROLES'],
    ['an unknown role', { ROLES: 'ingest,triag' }, 'CONFIG_ENV', 'ROLES'],
    ['a port that is no number', { HTTP_PORT: 'eighty' }, 'CONFIG_ENV', 'HTTP_PORT'],
    [
      'a database of another kind',
      { DATABASE_URL: 'mysql://u:hunter2-secret@db.example/a' },
      'CONFIG_ENV',
      'DATABASE_URL',
    ],
    ['a short secret', { TOKEN_SECRET: 'hunter2-secret' }, 'CONFIG_ENV', 'TOKEN_SECRET'],
    ['a database without a secret', { DATABASE_URL: POSTGRES }, 'CONFIG_ENV', 'TOKEN_SECRET'],
  ])('with %s is refused by the name of the variable, never by its value', (_case, source, code, variable) => {
    const refused = refusal(source as unknown as Record<string, string>);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(variable);
    expect(refused.message).not.toContain('hunter2-secret');
  });

  test('tells every fault at once', () => {
    const { message } = refusal({ HTTP_PORT: 'x', LOG_LEVEL: 'loud' });
    expect(message).toContain('HTTP_PORT');
    expect(message).toContain('LOG_LEVEL');
    expect(hasCode(new Error('other'), 'CONFIG_ENV')).toBe(false);
  });
});
