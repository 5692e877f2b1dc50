import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Env } from '../config/env.ts';
import { formatProblem, problemAt } from '../config/problems.ts';
import { readSignIn, SIGN_IN_FILE } from '../config/sign-in.ts';
import { SHIPPED_CONFIG } from '../config/source.ts';
import type { SignInWays } from '../console/deps.ts';
import { AiguillageError, hasCode } from '../domain/errors.ts';
import type { Rulebook } from '../domain/rulebook.ts';

/**
 * How people sign in: the environment, and with OIDC_ISSUER the file sign-in.yaml of the configuration folder.
 * @throws AiguillageError CONFIG_INVALID as file:line:col, also when local accounts are off and nobody could administer
 */
export async function signInWays(env: Env, book: Rulebook, log: Pick<Logger, 'warn'>): Promise<SignInWays> {
  const { oidc, local_accounts: local, trusted_proxies } = env;
  if (oidc === undefined) return { local, trusted_proxies };
  const { mapping, unknown } = await readSignInFile(env, book);
  for (const line of unknown) log.warn({ line }, 'sign-in.yaml names what the active rules do not have');
  if (!local && !mapping.roles.some(({ role }) => role === 'administrator')) {
    const problem = problemAt(
      { file: SIGN_IN_FILE, line: 1, col: 1 },
      {
        what: 'aucune ligne ne donne le rôle administrator, et LOCAL_ACCOUNTS=off : personne ne pourrait administrer',
        expected: '{ group: …, role: administrator }',
      },
    );
    throw new AiguillageError('CONFIG_INVALID', `\n${formatProblem(problem)}`);
  }
  return { local, trusted_proxies, oidc: { env: oidc, mapping } };
}

/** The file as the active rules see it. @throws AiguillageError CONFIG_INVALID, also where there is none */
export async function readSignInFile(
  env: Pick<Env, 'config_dir'>,
  book: Rulebook,
): Promise<ReturnType<typeof readSignIn>> {
  const file = path.join(env.config_dir ?? SHIPPED_CONFIG, SIGN_IN_FILE);
  return readSignIn(existsSync(file) ? await readFile(file, 'utf8') : '', {
    queues: book.queues.filter(({ kind }) => kind !== 'partner').map(({ id }) => id),
    pools: book.queues.filter(({ kind }) => kind === 'partner').map(({ id }) => id),
    skills: [...book.motifs, ...book.queues].map(({ id }) => id),
  });
}

/** sign-in.yaml stands outside the rules, but whoever edits it expects to be told by `rules check`. */
export async function checkSignIn(folder: string, book: Rulebook | undefined): Promise<string | undefined> {
  if (book === undefined || !existsSync(path.join(folder, SIGN_IN_FILE))) return undefined;
  try {
    const { unknown } = await readSignInFile({ config_dir: folder }, book);
    for (const line of unknown) process.stderr.write(`${line}\n`);
    return undefined;
  } catch (error) {
    if (hasCode(error, 'CONFIG_INVALID')) return error.message.split('\n').slice(1).join('\n');
    throw error;
  }
}
