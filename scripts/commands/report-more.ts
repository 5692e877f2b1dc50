import { momentText } from '../../domain/french-dates.ts';
import { DEFAULT_FIGURE } from '../../domain/figure-terms.ts';
import { weeklyHtml } from '../../domain/weekly/html.ts';
import { SYSTEM } from '../../store/database.ts';
import { retellFigure, tellFigure } from '../../store/figure-told.ts';
import { readOutlook, type Outlook } from '../../store/outlook.ts';
import { retellQuality } from '../../store/quality.ts';
import { listToReread } from '../../store/second-reading.ts';
import { buildWeekly } from '../../store/weekly.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/** `report forecast [--json]` */
export const forecast: StoreCommand = async ({ store, rulebook, clock }, options) => {
  const now = clock();
  const outlook = await readOutlook(store, await store.read(SYSTEM, rulebook), now);
  return options['json'] === true ? json(outlook) : ok(asText(outlook, now));
};

/** `report weekly --to D [--out FILE.html] [--json]`: the HTML; the command line writes the file. */
export const weekly: StoreCommand = async ({ store, rulebook, clock }, options) => {
  const book = await store.read(SYSTEM, rulebook);
  const week = await buildWeekly(store, book, text(options, 'to') ?? '', clock());
  return options['json'] === true ? json(week) : ok(weeklyHtml(week));
};

/** `report second-reading --from D --to D [--json]` */
export const secondReading: StoreCommand = async ({ store, rulebook }, options) => {
  await tellFigure(store);
  const rows = await store.read(SYSTEM, async (tx) => {
    const { second_reading } = (await rulebook(tx)).figure ?? DEFAULT_FIGURE;
    return listToReread(tx, second_reading, text(options, 'from') ?? '', text(options, 'to') ?? '');
  });
  if (options['json'] === true) return json({ replies: rows });
  const unit = { short: 'caractères', fast: 's après ouverture', reopened: 'h avant le retour' } as const;
  const lines = rows.map(({ why, ref, motif, queue, at, measure }) => [
    ref,
    `${measure} ${unit[why]}`,
    motif ?? '–',
    queue,
    at.toISOString(),
  ]);
  return ok(table(['référence', 'pourquoi', 'motif', 'file', 'répondu le'], lines));
};

/** `report retell`: the projection thrown away and told again from the log. */
export const retell: StoreCommand = async ({ store }, options) => {
  await retellFigure(store);
  await store.write(SYSTEM, retellQuality);
  return options['json'] === true ? json({ told: true }) : ok('Le journal des événements a été relu en entier.\n');
};

function asText({ sentences, policies, legal, duties }: Outlook, now: Date): string {
  const when = (at: Date | null): string => (at === null ? '–' : momentText(at, now));
  const said = sentences.length === 0 ? ['À ce rythme, aucune conversation ne dépassera son délai.'] : sentences;
  const { pieces, redirected, acknowledgment } = duties;
  return [
    `${said.join('\n')}\n`,
    table(
      ['délai', 'promesse', 'ouvertes', 'alertées', 'dépassées', 'prochaine échéance'],
      policies.map((row) => [row.policy, row.promise, row.open, row.warned, row.breached, when(row.next_due_at)]),
    ),
    table(
      ['délai fixé par la loi', 'silence', 'ouvertes', 'échu', 'sous 3 j', 'sous 7 j', 'prochain'],
      legal.map((row) => [
        row.motif,
        SILENCE[row.silence],
        row.open,
        row.passed,
        row.within_3_days,
        row.within_7_days,
        when(row.next_at),
      ]),
    ),
    [
      `Pièces demandées : ${pieces.waiting} en attente (${pieces.within_3_days} sous 3 jours, ${pieces.without_date} sans date), ${pieces.not_come} non venues.`,
      `Réorientées sur 30 jours : ${redirected.told} annoncées, ${redirected.not_told} non annoncées, ${redirected.notices_not_sent} avis non partis.`,
      `Sans accusé de réception après un jour ouvré : ${acknowledgment.missing}.`,
      '',
    ].join('\n'),
  ].join('\n');
}

const SILENCE = { acceptance: 'vaut accord', rejection: 'vaut refus', none: '–' } as const;
