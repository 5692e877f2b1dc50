import type { Breakdown, FigureGroup } from '../../domain/figure.ts';
import { buildReport, refuseFuture, reportCsv, type Report } from '../../store/report.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/** `report --from D --to D [--by …] [--clock …] [--as-of …] [--known …] [--json|--csv]`: the figure from the event log. */
export const report: StoreCommand = async ({ store, clock }, options) => {
  const by = text(options, 'by') as Breakdown | undefined;
  refuseFuture(text(options, 'asOf'), clock());
  const built = await buildReport(
    store,
    {
      from: text(options, 'from') ?? '',
      to: text(options, 'to') ?? '',
      as_of: text(options, 'asOf'),
      by,
      clock: (text(options, 'clock') ?? 'elapsed') as Report['clock'],
      known: (text(options, 'known') ?? 'now') as Report['known'],
    },
    clock(),
  );
  if (options['json'] === true) return json(built);
  if (options['csv'] === true) return ok(reportCsv(built));
  return ok(asText(built));
};

const hours = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} h`);

function groupsAsText(report: Report): string {
  if (report.groups === undefined) return '';
  const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
  const by_motif = report.by === 'motif';
  const row = (label: string, group: FigureGroup): (string | number)[] => [
    label,
    group.received,
    group.handled,
    group.answered_in_time,
    percent(group.share),
    hours(group.p90_hours),
    hours(group.oldest_open_hours),
    group.open_late,
    ...(by_motif ? [percent(group.confirmed_share ?? null)] : []),
  ];
  const rows = report.groups.flatMap((group) => [
    row(String(group.key), group),
    ...(group.provisional ?? []).map((inside) => row(`  dont ${inside.key}`, inside)),
  ]);
  const head = [report.by ?? '', 'reçus', 'traités', 'dans le délai', 'part', 'p90', 'plus ancien', 'en retard'];
  return `\n${table([...head, ...(by_motif ? ['confirmés'] : [])], rows)}`;
}

function asText(report: Report): string {
  const percent = report.share === null ? '–' : `${(report.share * 100).toFixed(1)} %`;
  return (
    [
      `Du ${report.from} au ${report.to}, horloge ${report.clock === 'working' ? 'ouvrée' : 'calendaire'}, situation au ${report.as_of}`,
      `  Reçus                      ${report.received}`,
      `  Traités                    ${report.handled}`,
      `  Répondus                   ${report.answered}`,
      `  Dans le délai              ${report.answered_in_time}  (${percent})`,
      `  Délai médian / p90         ${hours(report.median_hours)} / ${hours(report.p90_hours)}`,
      `  Plus ancien encore ouvert  ${hours(report.oldest_open_hours)}`,
      `  Ouverts en retard          ${report.open_late}`,
      `  Ouverts, pas encore dus    ${report.open_not_due}`,
      `  Sans réponse nécessaire    ${report.no_answer_needed}`,
      `  Réorientés                 ${report.redirected}`,
      `  Clos sans réponse          ${report.closed_without_answer}`,
      '',
    ].join('\n') + groupsAsText(report)
  );
}
