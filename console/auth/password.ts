import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { AiguillageError } from '../../domain/errors.ts';
import { createGate } from './gate.ts';

/**
 * Passwords of local accounts, kept as scrypt hashes `scrypt$log2N$r$p$salt$hash` (RFC 7914). The parameters stand in
 * each hash, so raising them later does not lock anybody out.
 */
const LOG2_N = 15;
const R = 8;
const P = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 200;

/** One hash takes 32 MB and about 80 ms: a flood of sign-ins must not take the machine with it. */
const gate = createGate(2, 50);

/** Hashes a new password. @throws AiguillageError BAD_INPUT when it is too short or too long, TOO_BUSY */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX) {
    throw new AiguillageError(
      'BAD_INPUT',
      `A password has ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters; this one has ${password.length}.`,
    );
  }
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, LOG2_N, R, P);
  return ['scrypt', LOG2_N, R, P, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * True when the password is the right one. Without a stored hash (an unknown login, an account of the provider) the same
 * work is done for nothing, so that the time taken does not tell which logins exist. @throws AiguillageError TOO_BUSY
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const known = stored?.startsWith('scrypt$') === true ? stored : undefined;
  const [, log2_n, r, p, salt, hash] = (known ?? NOBODY).split('$');
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  const given = await derive(
    password.slice(0, PASSWORD_CHARS_MAX),
    Buffer.from(salt, 'base64url'),
    Number(log2_n),
    Number(r),
    Number(p),
  );
  return known !== undefined && expected.length === given.length && timingSafeEqual(expected, given);
}

const NOBODY = ['scrypt', LOG2_N, R, P, 'AAAAAAAAAAAAAAAAAAAAAA', Buffer.alloc(HASH_BYTES).toString('base64url')].join(
  '$',
);

async function derive(password: string, salt: Buffer, log2_n: number, r: number, p: number): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** log2_n, r, p, maxmem: 256 * 2 ** log2_n * r };
  return gate(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        // NFKC: the same key presses give other code points on other systems (é typed as one or as two).
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      }),
  );
}
