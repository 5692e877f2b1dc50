import { AiguillageError } from '../../domain/errors.ts';
import { importMail } from '../../mail/import.ts';
import { untriagedBetween } from '../../store/back-test.ts';
import { SYSTEM } from '../../store/database.ts';
import { json, ok, text, type StoreCommand } from './context.ts';

/** `import PATH --mailbox M`: history for back-tests and the change of tool; never acknowledged, never raises work. */
export const importCommand: StoreCommand = async ({ store, queues, rulebook, clock, log }, options) => {
  const mailbox = text(options, 'mailbox') ?? '';
  const known = (await store.read(SYSTEM, rulebook)).mailboxes.map((profile) => profile.id);
  if (!known.includes(mailbox)) throw new AiguillageError('NOT_FOUND', `Les boîtes : ${known.join(', ')}.`);
  const report = await importMail({ store, queues, mailbox, path: text(options, 'path') ?? '', log, clock });
  const exit = report.read === 0 ? 1 : 0;
  const waiting = await store.read(SYSTEM, (tx) => untriagedBetween(tx, {}, mailbox));
  if (options['json'] === true) return json({ ...report, waiting }, exit);
  if (exit === 1)
    return {
      exit,
      stdout: '',
      stderr:
        'aiguillage : aucun courriel trouvé là (un .mbox, un dossier de .eml, ou un CSV avec received_at, from, subject, body)\n',
    };
  const wait =
    waiting === 0
      ? ''
      : `${waiting} en attente de tri : le service les trie dès qu’il tourne ; les essais ne les voient qu’ensuite.\n`;
  return ok(
    `${report.read} lus, ${report.imported} importés, ${report.duplicates} déjà connus, ${report.too_large} trop volumineux, ${report.unusable} sans date utilisable.\n${wait}`,
  );
};
