import { instantInWords } from '../../domain/acknowledgment.ts';
import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import type { Breakdown, FigureGroup } from '../../domain/figure.ts';
import { DEFAULT_FIGURE } from '../../domain/figure-terms.ts';
import { hoursText, shareText } from '../../domain/french-dates.ts';
import { reportCsv } from '../../domain/report-csv.ts';
import { SYSTEM } from '../../store/database.ts';
import { declareOrganisation } from '../../store/figure-organisation.ts';
import { teamsToShow } from '../../store/team-people.ts';
import { buildReport, refuseFuture, type Report } from '../../store/report.ts';
import { reviewFigures } from '../../store/review-desk.ts';
import { json, ok, table, text, type CommandContext, type StoreCommand } from './context.ts';

/** `report --from D --to D [--by …] [--clock …] [--as-of …] [--known …] [--json|--csv]`: the figure from the event log. */
export const report: StoreCommand = async (context, options) => {
  const { store, rulebook, clock } = context;
  const by = text(options, 'by') as Breakdown | undefined;
  refuseFuture(text(options, 'asOf'), clock());
  if (by === 'team' || by === 'caisse') await declareOrganisation(store, await store.read(SYSTEM, rulebook), clock());
  const built = await buildReport(
    store,
    {
      from: text(options, 'from') ?? '',
      to: text(options, 'to') ?? '',
      as_of: text(options, 'asOf'),
      by,
      clock: (text(options, 'clock') ?? 'elapsed') as Report['clock'],
      known: (text(options, 'known') ?? 'now') as Report['known'],
      teams: by === 'team' ? await store.read(SYSTEM, async (tx) => teamsToShow(tx, await rulebook(tx))) : undefined,
    },
    clock(),
  );
  if (options['json'] === true) return json({ ...built, ...(await besides(context, built, options)) });
  if (options['csv'] === true) return ok(reportCsv(built));
  return ok(asText(built));
};

/** By day the marks of figure.yaml, for whoever draws them; with --reviews what became of the transfers of these days. */
async function besides(
  { store, rulebook }: CommandContext,
  { from, to, by }: Report,
  options: Readonly<Record<string, unknown>>,
): Promise<object> {
  if (by !== 'day' && options['reviews'] !== true) return {};
  const book = await store.read(SYSTEM, rulebook);
  const { references, regimes } = book.figure ?? DEFAULT_FIGURE;
  const start = (day: number): Date => new Date(dayStart(day, PARIS));
  return {
    ...(by === 'day' ? { references, regimes } : {}),
    ...(options['reviews'] === true
      ? { reviews: await reviewFigures(store, book, start(parseDay(from)), start(parseDay(to) + 1)) }
      : {}),
  };
}

function groupsAsText(report: Report): string {
  if (report.groups === undefined) return '';
  const by_motif = report.by === 'motif';
  const row = (label: string, group: FigureGroup): (string | number)[] => [
    label,
    group.received,
    group.handled,
    group.answered_in_time,
    shareText(group.share),
    hoursText(group.p90_hours),
    hoursText(group.oldest_open_hours),
    group.open_late,
    group.never_read,
    shareText(group.repeat_share),
    ...(by_motif ? [shareText(group.confirmed_share ?? null)] : []),
  ];
  const rows = report.groups.flatMap((group) => [
    row(String(group.key ?? '–'), group),
    ...(group.provisional ?? []).map((inside) => row(`  dont ${inside.key}`, inside)),
  ]);
  const head = [
    'reçus',
    'traités',
    'dans le délai',
    'part',
    'p90',
    'plus ancien',
    'en retard',
    'jamais lus',
    'revenus',
  ];
  return `\n${table([report.by ?? '', ...head, ...(by_motif ? ['confirmés'] : [])], rows)}`;
}

function asText(report: Report): string {
  const line = (label: string, value: string | number): string => `  ${label.padEnd(27)}${value}`;
  const again = (base: number, count: number): string => `${count} sur ${base} revenus en 7 jours`;
  return (
    [
      `Du ${report.from} au ${report.to}, horloge ${report.clock === 'working' ? 'ouvrée' : 'calendaire'}, situation au ${instantInWords(report.as_of, PARIS)}`,
      line('Reçus', report.received),
      line('Traités', report.handled),
      line('Répondus', `${report.answered}  (dans le délai ${shareText(report.replied_share)})`),
      line('Dans le délai', `${report.answered_in_time}  (${shareText(report.share)})`),
      line('Traités en retard', report.handled_late),
      line('Délai médian / p90', `${hoursText(report.median_hours)} / ${hoursText(report.p90_hours)}`),
      line('Plus ancien encore ouvert', hoursText(report.oldest_open_hours)),
      line('Ouverts en retard', report.open_late),
      line('Ouverts, pas encore dus', report.open_not_due),
      line('Jamais lus', report.never_read),
      line('Sans réponse nécessaire', report.no_answer_needed),
      line('Réorientés', report.redirected),
      line('Clos sans réponse', report.closed_without_answer),
      line('Réitérations', again(report.repeat_base, report.repeated_7d)),
      line(
        '  dont demandes de pièces',
        `${report.pieces}, ${again(report.pieces_repeat_base, report.pieces_repeated_7d)}`,
      ),
      line(
        '  dont renvois au compte',
        `${report.account}, ${again(report.account_repeat_base, report.account_repeated_7d)}`,
      ),
      line('Transférés', report.transferred),
      line('Confiés / repris', `${report.handed} / ${report.recalled}`),
      line('Délai de loi dépassé', `${report.legal_passed} sur ${report.legal}`),
      '',
    ].join('\n') + groupsAsText(report)
  );
}
