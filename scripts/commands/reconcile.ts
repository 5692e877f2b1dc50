import { AiguillageError } from '../../domain/errors.ts';
import { reconcile } from '../../mail/reconcile.ts';
import { json, table, text, type StoreCommand } from './context.ts';

/** `reconcile [--mailbox M]`: every UID on the servers against the ledger; exit 1 when one is missing (law 1). */
export const reconcileCommand: StoreCommand = async ({ store, connections }, options) => {
  const mailbox = text(options, 'mailbox');
  if (mailbox !== undefined && !connections.has(mailbox)) {
    throw new AiguillageError(
      'NOT_FOUND',
      `Mailboxes with a connection: ${[...connections.keys()].join(', ') || 'none'}.`,
    );
  }
  const report = await reconcile({ store, connections, ...(mailbox === undefined ? {} : { mailbox }) });
  // Nothing compared is no proof.
  const compared = report.mailboxes.length > 0;
  const exit = report.ok && compared ? 0 : 1;
  if (options['json'] === true) return json({ ...report, ok: exit === 0 }, exit);
  if (!compared) return { exit, stdout: 'Aucune boîte n’a de connexion : rien n’a été comparé.\n' };
  const rows = report.mailboxes.flatMap((account) => [
    ...account.folders.map((folder) => [
      account.mailbox,
      folder.folder,
      folder.server_uids,
      folder.missing_count,
      folder.pending,
    ]),
    ...account.errors.map((error) => [account.mailbox, error, '', '', '']),
  ]);
  return {
    exit,
    stdout: `${table(['boîte', 'dossier', 'sur le serveur', 'manquants', 'en cours'], rows)}${report.ok ? 'Tout est au registre.\n' : 'Des messages manquent au registre.\n'}`,
  };
};
