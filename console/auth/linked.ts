import { findAgent } from '../../store/agents.ts';
import type { Tx } from '../../store/database.ts';
import { isLinked } from '../../store/identities.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';

type Fields = 'display_name' | 'role' | 'pool' | 'queues' | 'skills' | 'password';

/**
 * What the provider says of an account at each sign-in is not changed here: it would be undone without a word. Closing
 * the account is ours, and so are queues and skills that sign-in.yaml does not speak of.
 * @throws Refusal BAD_INPUT
 */
export async function checkLinked(
  tx: Tx,
  { sign_in }: Pick<ConsoleDeps, 'sign_in'>,
  account: string,
  asked: { readonly [field in Fields]?: unknown },
): Promise<void> {
  if (!(await isLinked(tx, account))) return;
  const now = await findAgent(tx, account);
  const manages = sign_in?.oidc?.mapping.manages;
  const differs = (field: Exclude<Fields, 'password'>): boolean =>
    asked[field] !== undefined && JSON.stringify(asked[field]) !== JSON.stringify(now?.[field]);
  if (
    asked.password !== undefined ||
    (['display_name', 'role', 'pool'] as const).some(differs) ||
    (manages?.queues === true && differs('queues')) ||
    (manages?.skills === true && differs('skills'))
  )
    throw new Refusal(
      'BAD_INPUT',
      'Ce compte vient du fournisseur d’identité : son nom, son rôle et ses droits se changent chez lui.',
    );
}
