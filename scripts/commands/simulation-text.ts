import { counted } from '../../domain/counted.ts';
import type { Simulation } from '../../domain/simulate/tally.ts';
import { shownSubject } from '../../domain/explain/evidence.ts';
import { ASPECTS } from '../../domain/simulate/truth.ts';
import { table } from './context.ts';
import type { SimulationAnswer } from './rules-simulate.ts';

/** `rules simulate` for a terminal. */

const ROWS_MAX = 15;
const ASPECT = { motif: 'motif', level: 'niveau', queue: 'file', flags: 'signalements' } as const;
const WHERE = { candidate: 's’applique désormais', baseline: 'ne s’applique plus' } as const;
const PARTS: Readonly<Record<string, string>> = {
  load: 'charge du jour (même décision)',
  thresholds: 'seuils',
  senders: 'expéditeurs connus',
  direct_queues: 'files directes',
  calendars: 'calendriers',
};
/** So that nobody takes a model for the past. */
const MODEL_NOTE =
  'Modèle déclaré : chaque file répond à sa capacité, pendant ses heures d’ouverture, dans l’ordre d’arrivée ;\n' +
  'ni absences, ni transferts, ni reprises, ni urgences qui doublent. À lire en écart, pas en valeur.';

/** @param subjects by mail, as stored; shown masked */
export function simulationText(told: SimulationAnswer, subjects: ReadonlyMap<string, string>): string {
  const { mails, moved, baseline, candidate } = told;
  const head = [
    `Candidat ${candidate}`,
    `comparé à ${baseline.slice(0, 12)}, modèle ${told.model.slice(0, 12)}`,
    mails === 0
      ? 'Aucun courriel à rejouer sur cette période : rien n’est montré, `apply` refusera.'
      : `${mails} courriels du ${told.from!.slice(0, 10)} au ${told.to!.slice(0, 10)} : ${counted(moved, 'déplacé')} (${percent(told.moved_share)})`,
    ...(told.cut ? ['Seuls les plus récents ont été rejoués.'] : []),
    ...(told.erased > 0 ? [`${told.erased} laissés de côté : leur texte a été effacé.`] : []),
    ...(told.untriaged > 0
      ? [
          `${told.untriaged} en attente de tri : pas dans cet essai. Attendez que le service les ait triés, puis recommencez.`,
        ]
      : []),
    ...(told.undated > 0
      ? [`${told.undated} sans date : comptés à maintenant, la part dans le délai n’a pas de sens.`]
      : []),
    ...(told.edited.length === 0
      ? ['Les deux jeux de règles disent la même chose.']
      : [`Modifié : ${told.edited.map(part).join(', ')}`]),
  ];
  return `${[head.join('\n'), ...(mails === 0 ? [] : details(told, subjects)), verdict(told)].join('\n\n')}\n`;
}

function details(told: SimulationAnswer, subjects: ReadonlyMap<string, string>): string[] {
  return [
    flows('Par file', told.by_queue),
    flows('Par motif', told.by_motif),
    flows('Par niveau', told.by_level),
    causes(told),
    flags(told),
    said(told),
    load(told),
    inTime(told),
    list(told, subjects),
  ].filter((block) => block !== '');
}

function flows(title: string, rows: Simulation['by_queue']): string {
  if (rows.length === 0) return '';
  return `${title}\n${cut(
    ['de', 'vers', 'courriels'],
    rows.map(({ from, to, mails }) => [from, to, mails]),
  )}`;
}

function causes({ by_cause }: Simulation): string {
  if (by_cause.length === 0) return '';
  const rows = by_cause.map((cause) => [part(cause.part), WHERE[cause.where], cause.mails, cause.toward, cause.away]);
  return `Par cause\n${cut(['cause', '', 'courriels', 'donne raison aux agents', 'leur donne tort'], rows)}`;
}

function flags({ flags: changed }: Simulation): string {
  if (changed.length === 0) return '';
  return `Signalements\n${cut(
    ['signalement', 'gagnés', 'perdus'],
    changed.map((each) => [each.flag, each.gained, each.lost]),
  )}`;
}

function said(told: Simulation): string {
  const rows = ASPECTS.filter((aspect) => told.said[aspect].judged > 0).map((aspect) => {
    const verdict = told.said[aspect];
    return [ASPECT[aspect], verdict.judged, verdict.right_before, verdict.right_after, verdict.toward, verdict.away];
  });
  if (rows.length === 0) return 'Ce que les agents ont corrigé : rien sur ces courriels.';
  const head = ['', 'jugés', 'justes avant', 'justes après', 'corrigés par le candidat', 'défaits par lui'];
  return `Ce que les agents ont dit\n${table(head, rows).trimEnd()}`;
}

function load({ load: changed }: Simulation): string {
  if (changed.length === 0) return '';
  const rows = changed.map(({ queue, before, after, days }) => {
    const peak = days.reduce((a, b) => (Math.abs(b.after - b.before) > Math.abs(a.after - a.before) ? b : a));
    return [queue, before, after, signed(after - before), `${peak.day} : ${peak.before} → ${peak.after}`];
  });
  return `Charge (arrivées par file)\n${cut(['file', 'avant', 'après', 'écart', 'jour le plus changé'], rows)}`;
}

function inTime({ in_time }: Simulation): string {
  const line = (name: string, { before, after }: { before: number | null; after: number | null }): string => {
    const points =
      before === null || after === null ? '' : ` (${signed(Number(((after - before) * 100).toFixed(2)))} point)`;
    return `  ${name}  ${percent(before)} → ${percent(after)}${points}`;
  };
  return `Part répondue dans le délai\n${line('horloge calendaire', in_time.elapsed)}\n${line('horloge ouvrée    ', in_time.working)}\n${MODEL_NOTE}`;
}

function list({ list: moved, moved: all }: Simulation, subjects: ReadonlyMap<string, string>): string {
  if (moved.length === 0) return '';
  const rows = moved.slice(0, ROWS_MAX).map(({ id, queue, motif, level, cause }) => {
    const what = [queue, motif, level].filter((pair) => pair !== undefined).map(([from, to]) => `${from} ⇒ ${to}`);
    return [id, shownSubject(subjects.get(id) ?? ''), what.join(' ; '), part(cause.part)];
  });
  const more = all > rows.length ? `\n… ${all - rows.length} autres (--list FICHIER les écrit tous)` : '';
  return `Courriels déplacés\n${table(['id', 'objet', 'changement', 'cause'], rows).trimEnd()}${more}`;
}

function verdict({ max_moved, within_budget, moved_share, candidate, recorded, mails }: SimulationAnswer): string {
  const lines = [
    ...(max_moved === null
      ? []
      : [
          `Budget : ${percent(moved_share)} déplacés, au plus ${percent(max_moved)} : ${within_budget ? 'tenu' : 'DÉPASSÉ'}.`,
        ]),
    !within_budget
      ? 'Plus de courriels bougent que vous ne l’acceptez : revoyez les règles, ou le budget, avant d’appliquer.'
      : recorded && mails > 0
        ? `Pour l’appliquer : rules apply DOSSIER --digest ${candidate}`
        : recorded
          ? 'Pour l’appliquer sans l’avoir essayé : rules apply DOSSIER --digest … --unsimulated "RAISON"'
          : 'Essai sans base : non retenu pour `apply` (--record le retient).',
  ];
  return lines.join('\n');
}

function part(name: string): string {
  return PARTS[name] ?? name;
}

function cut(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const shown = table(head, rows.slice(0, ROWS_MAX)).trimEnd();
  return rows.length > ROWS_MAX ? `${shown}\n… ${rows.length - ROWS_MAX} autres lignes` : shown;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(2).replace('.', ',')} %`;
}

function signed(value: number): string {
  const text = String(Math.abs(value)).replace('.', ',');
  return value < 0 ? `−${text}` : `+${text}`;
}
