import { AiguillageError } from '../../domain/errors.ts';
import { hoursText, shareText } from '../../domain/french-dates.ts';
import { readBotReport, type BotReport } from '../../store/bot-report.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/**
 * `bot report --from D --to D [--portal P] [--words] [--json]`: what the bot does for people, and where it fails them. The
 * words of members are shown only when asked for, and it is written down who asked.
 */
export const botReport: StoreCommand = async ({ store, clock }, options) => {
  const from = text(options, 'from');
  const to = text(options, 'to');
  if (from === undefined || to === undefined) throw new AiguillageError('USAGE', 'bot report: --from and --to.');
  const portal = text(options, 'portal');
  const words = options['words'] === true;
  if (words) {
    const by = text(options, 'by') ?? '';
    await store.write(SYSTEM, (tx) =>
      appendAudit(tx, SYSTEM, clock(), 'bot.words_read', portal ?? '-', { from, to, by }),
    );
  }
  const report = await readBotReport(store, { from, to, portal, ...(words ? {} : { quotes_max: 0 }) });
  return options['json'] === true ? json(report) : ok(asText(report));
};

const QUOTES = 20;

function asText(report: BotReport): string {
  const { accepted } = report;
  const lines = [
    `Assistant, échanges commencés du ${report.from} au ${report.to}`,
    `  Échanges                     ${report.talks}  (dont ${report.still_open} en cours)`,
    `  Terminés sans conseiller     ${report.contained}  (${shareText(report.contained_share)} des échanges terminés)`,
    `  Conseiller proposé           ${report.offered}, accepté ${report.offered_accepted} (${shareText(report.offered_accepted_share)})`,
    `  Transmis à un conseiller     ${report.handed_over}  (offre ${accepted.member}, demandé ${accepted.asked}, signe grave ${accepted.flag}, sujet réservé ${accepted.motif})`,
    `  Répondus par une personne    ${report.answered}, délai médian / p90 ${hoursText(report.median_hours_to_human)} / ${hoursText(report.p90_hours_to_human)}`,
    `  Demandes sans réponse        ${report.failed_requests}`,
    '',
  ];
  const motifs = report.failed_by_motif.map(({ motif, failed, causes }) => [
    motif ?? '(aucun)',
    failed,
    Object.entries(causes)
      .map(([cause, n]) => `${cause} ${n}`)
      .join(', '),
  ]);
  const said = report.said_when_failed
    .slice(0, QUOTES)
    .map(({ motif, cause, asked }) => [motif ?? '–', cause, oneLine(asked)]);
  return [
    lines.join('\n'),
    motifs.length === 0 ? '' : `\n${table(['motif', 'échecs', 'causes'], motifs)}`,
    said.length === 0 ? '' : `\n${table(['motif', 'cause', 'ce que l’assuré demandait'], said)}`,
  ].join('');
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').slice(0, 100);
}
