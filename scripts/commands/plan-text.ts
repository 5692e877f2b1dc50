import type { PlanSet } from '../../config/plan-scenario.ts';
import type { PlanPeriod, PlanTeamResult } from '../../domain/plan.ts';
import type { PlanOutput } from '../../domain/plan-levers.ts';
import type { Calibration } from '../../domain/plan/calibrate.ts';
import type { Clock } from '../../domain/sla.ts';

/** What `plan` prints for supervisors: rounded, with units, the share never without p90 and the oldest age. */

const CLOCKS: Readonly<Record<Clock, string>> = { elapsed: 'calendaire', working: 'ouvrée' };

export function planText(output: PlanOutput): string {
  return [
    head(output),
    `Par mois (jour d’arrivée)\n${periods(output.months, ({ from }) => from.slice(0, 7))}`,
    `Par semaine\n${periods(output.weeks, ({ from }) => `du ${from}`)}`,
    ...(output.regimes.length === 0
      ? []
      : [
          `Par régime (la comparaison avant/après mêle tous les changements de la période)\n${periods(
            output.regimes,
            ({ from, label }) => `du ${from} : ${label ?? ''}`,
          )}`,
        ]),
    `Équipes\n${teams(output)}`,
    flows(output),
    ...(output.levers.length === 0 ? [] : [`Leviers, chacun seul, sur les mêmes courriels\n${levers(output)}`]),
  ].join('\n');
}

function head({ total, target, sla, ...output }: PlanOutput): string {
  const other: Clock = sla.clock === 'elapsed' ? 'working' : 'elapsed';
  const line = (name: string, text: string): string => `  ${name.padEnd(24)}${text}`;
  const goal =
    target === null
      ? []
      : [
          line(
            target.met ? 'Calage atteint' : 'CALAGE MANQUÉ',
            `visé ${percent(target.share)} ± ${points(target.tolerance)} et ${whole(target.received)} reçus, horloge ${CLOCKS[sla.clock]}`,
          ),
        ];
  return `${[
    `${output.name}, du ${output.from} au ${output.to}. Une simulation, pas une mesure (docs/planning.md).`,
    line(
      'Reçus',
      `${whole(total.received)}, dont ${whole(output.first_contacts)} premiers contacts et ${whole(total.received - output.first_contacts)} réitérations`,
    ),
    line(
      `Traités sous ${sla.hours} h`,
      `${percent(total.share[sla.clock])} (horloge ${CLOCKS[sla.clock]}), ${percent(total.share[other])} (horloge ${CLOCKS[other]})`,
    ),
    line('Délai médian, p90', `${hours(total.median_hours.elapsed)}, ${hours(total.p90_hours.elapsed)} (calendaires)`),
    line(
      'Sans réponse',
      `${whole(total.backlog_end)} à la fin, ${whole(total.backlog_peak)} au plus haut ; le plus ancien : ${hours(total.oldest_hours_end)} à la fin, ${hours(total.oldest_hours)} au pire`,
    ),
    line('Confiés', `${whole(total.moved)} (${percent(total.moved / Math.max(1, total.received))})`),
    line('Heures d’agent', `${whole(total.agent_hours)} h de courriel`),
    ...goal,
  ].join('\n')}\n`;
}

function periods(list: readonly PlanPeriod[], name: (period: PlanPeriod) => string): string {
  return table(
    [
      '',
      'reçus',
      'calendaire',
      'ouvrée',
      'médiane',
      'p90',
      'attente fin',
      'attente max',
      'plus ancien',
      'confiés',
      'heures',
    ],
    list.map((period) => [
      name(period),
      whole(period.received),
      percent(period.share.elapsed),
      percent(period.share.working),
      hours(period.median_hours.elapsed),
      hours(period.p90_hours.elapsed),
      whole(period.backlog_end),
      whole(period.backlog_peak),
      hours(period.oldest_hours),
      whole(period.moved),
      `${whole(period.agent_hours)} h`,
    ]),
  );
}

function teams({ teams: all, months }: PlanOutput): string {
  const moved = (team: PlanTeamResult): string[] =>
    team.moved_by_month === undefined ? months.map(() => '') : team.moved_by_month.map(whole);
  return table(
    [
      '',
      'actes',
      'heures',
      'sur',
      'occupation',
      'attente fin',
      'attente max',
      'confiés',
      ...months.map(({ from }) => from.slice(0, 7)),
    ],
    all.map((team) => [
      team.label,
      whole(team.done),
      `${whole(team.agent_hours)} h`,
      `${whole(team.agent_hours_available)} h`,
      percent(team.agent_hours_available === 0 ? null : team.agent_hours / team.agent_hours_available),
      whole(team.backlog_end),
      whole(team.backlog_peak),
      team.moved === undefined ? '' : whole(team.moved),
      ...moved(team),
    ]),
  );
}

function flows({ counts }: PlanOutput): string {
  const line = (name: string, text: string): string => `  ${name.padEnd(24)}${text}`;
  return `${[
    'Circuits',
    line(
      'Transferts',
      `${whole(counts.transfers)}, dont ${whole(counts.reviewed)} relus, ${whole(counts.returned)} rendus au niveau 1, ${whole(counts.review_timed_out)} partis faute de relecture`,
    ),
    line(
      'Évités',
      `${whole(counts.skill_answers)} par compétence, ${whole(counts.tasks)} par tâche (${whole(counts.tasks_done)} tâches faites)`,
    ),
    line(
      'Réitérations',
      `${whole(counts.repeats_waiting)} en attendant (dont ${whole(counts.repeats_joined)} jointes), ${whole(counts.repeats_after_answer)} après une réponse`,
    ),
    line('Réponses groupées', `${whole(counts.group_answers)} en ${whole(counts.group_sendings)} envois`),
  ].join('\n')}\n`;
}

function levers(output: PlanOutput): string {
  const available = (all: readonly PlanTeamResult[]): number =>
    all.reduce((sum, team) => sum + team.agent_hours_available, 0);
  const base = { ...output, id: '', label: 'situation de départ' };
  const offered = available(output.teams);
  return table(
    ['', 'calendaire', 'écart', 'ouvrée', 'p90', 'plus ancien', 'attente fin', 'confiés', 'heures', 'écart', 'prévues'],
    [base, ...output.levers].map(({ label, total, teams: all }, i) => [
      label,
      percent(total.share.elapsed),
      i === 0 ? '' : signed((total.share.elapsed ?? 0) - (output.total.share.elapsed ?? 0), points),
      percent(total.share.working),
      hours(total.p90_hours.elapsed),
      hours(total.oldest_hours),
      whole(total.backlog_end),
      whole(total.moved),
      `${whole(total.agent_hours)} h`,
      i === 0 ? '' : signed(total.agent_hours - output.total.agent_hours, (value) => `${whole(value)} h`),
      i === 0 ? `${whole(offered)} h` : signed(available(all) - offered, (value) => `${whole(value)} h`),
    ]),
  );
}

/** What `--calibrate` found, ready to be copied into the scenario. */
export function calibrationText(found: Calibration, { target, scenario }: PlanSet): string {
  return `${[
    `Calage en ${found.runs} simulations, horloge ${CLOCKS[scenario.sla.clock]} : ${percent(found.share)} traités sous ${scenario.sla.hours} h, ${whole(found.received)} reçus.`,
    'À écrire dans le scénario :',
    `  ${target?.adjust ?? ''}: ${found.setting}`,
    `  arrivals.first_contacts: ${found.first_contacts}`,
  ].join('\n')}\n`;
}

/** Text to the left, numbers to the right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return `${all.map((row) => `  ${line(row).trimEnd()}`).join('\n')}\n`;
}

/** Thousands apart, with an ordinary space: it is copied into spreadsheets and mails. */
function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

function decimal(value: number): string {
  return value.toFixed(1).replace('.', ',');
}

function percent(share: number | null): string {
  return share === null ? '–' : `${decimal(share * 100)} %`;
}

function points(share: number): string {
  return `${decimal(share * 100)} pt`;
}

function hours(value: number | null): string {
  return value === null ? '–' : `${decimal(value)} h`;
}

function signed(value: number, text: (value: number) => string): string {
  const shown = text(Math.abs(value));
  return `${value < 0 ? '−' : '+'}${shown}`;
}
