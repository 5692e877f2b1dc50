import { AiguillageError } from '../../domain/errors.ts';
import { importMail } from '../../mail/import.ts';
import { SYSTEM } from '../../store/database.ts';
import { json, ok, text, type StoreCommand } from './context.ts';

/** `import PATH --mailbox M`: history for back-tests and the change of tool; never acknowledged, never raises work. */
export const importCommand: StoreCommand = async ({ store, queues, rulebook, clock, log }, options) => {
  const mailbox = text(options, 'mailbox') ?? '';
  const known = (await store.read(SYSTEM, rulebook)).mailboxes.map((profile) => profile.id);
  if (!known.includes(mailbox)) throw new AiguillageError('NOT_FOUND', `Mailboxes: ${known.join(', ')}.`);
  const report = await importMail({ store, queues, mailbox, path: text(options, 'path') ?? '', log, clock });
  const exit = report.read === 0 ? 1 : 0;
  if (options['json'] === true) return json(report, exit);
  if (exit === 1)
    return {
      exit,
      stdout: '',
      stderr:
        'aiguillage: no mail was found there (an .mbox, a folder of .eml, or a CSV with received_at, from, subject, body)\n',
    };
  return ok(
    `${report.read} lus, ${report.imported} importés, ${report.duplicates} déjà connus, ${report.too_large} trop volumineux, ${report.unusable} sans date utilisable.\n`,
  );
};
