import { randomBytes } from 'node:crypto';
import { hashPassword } from '../../console/auth/password.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { createAgent, listAgents, ROLES } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import type { Role } from '../../store/schema.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/** 20 characters anybody can type; shown once. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** `agents add LOGIN --role R [--name N] [--queues a,b] [--pool P] [--password …]`: a local account. */
export const add: StoreCommand = async ({ store, rulebook, clock }, options) => {
  const login = text(options, 'login') ?? '';
  const role = text(options, 'role') as Role | undefined;
  if (login === '' || role === undefined || !ROLES.includes(role)) {
    throw new AiguillageError('USAGE', `agents add LOGIN --role ${ROLES.join('|')}`);
  }
  const password = text(options, 'password') ?? newPassword();
  const password_hash = await hashPassword(password);
  const pool = text(options, 'pool') ?? null;
  const id = await store.write(SYSTEM, async (tx) => {
    const known = (await rulebook(tx)).queues;
    const asked = (text(options, 'queues') ?? (pool === null ? 'n1' : ''))
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    // « all »: every queue of the caisse itself; partner pools stay with their own people.
    const queues = asked.includes('all')
      ? known.filter((queue) => queue.kind !== 'partner').map((queue) => queue.id)
      : asked;
    const unknown = [...queues, ...(pool === null ? [] : [pool])].find(
      (name) => !known.some((queue) => queue.id === name),
    );
    if (unknown !== undefined)
      throw new AiguillageError('NOT_FOUND', `Queue ${unknown}; known: ${known.map((queue) => queue.id).join(', ')}.`);
    return createAgent(
      tx,
      SYSTEM,
      { login, display_name: text(options, 'name') ?? login, role, queues, pool, password_hash },
      clock(),
    );
  });
  if (options['json'] === true)
    return json({ id, login, role, ...(text(options, 'password') === undefined ? { password } : {}) });
  return ok(
    `Compte ${login} (${role}) créé.${text(options, 'password') === undefined ? ` Mot de passe, affiché une seule fois : ${password}` : ''}\n`,
  );
};

export const list: StoreCommand = async ({ store }, options) => {
  const agents = await store.read(SYSTEM, listAgents);
  if (options['json'] === true) return json(agents);
  return ok(
    table(
      ['login', 'nom', 'rôle', 'files', 'actif'],
      agents.map((agent) => [
        agent.login,
        agent.display_name,
        agent.role,
        agent.pool ?? agent.queues.join(','),
        agent.disabled ? 'non' : 'oui',
      ]),
    ),
  );
};
