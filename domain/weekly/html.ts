import { countText, dayInWords, hoursText, shareText } from '../french-dates.ts';
import type { FigureGroup } from '../figure.ts';
import type { FigureNumbers } from '../tally.ts';
import type { WeeklyReport } from './data.ts';
import { agePlot, escapeHtml, sharePlot } from './plots.ts';
import { weeklySentences, weekInWords } from './sentences.ts';
import { WEEKLY_STYLE } from './style.ts';

/** One file a director can read, print (A4) or send on: no script, no font, no image from elsewhere. */
export function weeklyHtml(week: WeeklyReport): string {
  const title = `Courriels : semaine ${weekInWords(week)}`;
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${WEEKLY_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<ul class="summary">
${weeklySentences(week)
  .map((line) => `<li>${escapeHtml(line)}</li>`)
  .join('\n')}
</ul>
${alerts(week)}
<section>
<h2>Part traitée dans le délai, par jour d’arrivée</h2>
${sharePlot(week)}
<p class="notes">Un jour n’est tracé que lorsque aucune de ses demandes ne peut plus être traitée à temps.</p>
<p class="legend"><span class="elapsed">heures réelles</span> <span class="working">jours ouvrés</span> <span class="reference">repère</span></p>
${references(week)}
</section>
<section>
<h2>La semaine en chiffres</h2>
${totals(week)}
</section>
<section>
<h2>Encore ouvertes, par ancienneté</h2>
${agePlot(week.ages)}
</section>
${groups('Par motif', 'motif', week.motifs)}
${groups('Par file', 'queue', week.queues)}
${groups('Par équipe d’appui', 'pool', week.pools)}
${repeats(week)}
${transfers(week)}
${bot(week)}
<footer>
<p>Situation au ${escapeHtml(dayInWords(week.as_of))}. Une demande est un message entrant, avec son propre délai. « Traitées » compte
les réponses, les réorientations annoncées, les appels concluants et les messages sans réponse à donner, confirmés par une
personne ; « répondues » ne compte que les réponses écrites. Les définitions sont dans docs/figure.md. Tout vient du journal
des événements : la même commande redonne les mêmes chiffres.</p>
</footer>
</main>
</body>
</html>
`;
}

function alerts({ forecast }: WeeklyReport): string {
  if (forecast.length === 0) return '';
  return `<section><h2>À ce rythme</h2>\n<ul>${forecast.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></section>`;
}

function references({ references: lines, regimes }: WeeklyReport): string {
  const items = [
    ...lines.map(({ label, from, to }) => `Repère : ${label} (${day(from)} – ${day(to)}).`),
    ...regimes.map(({ on, label }) => `${day(on)} : ${label}. Avant et après ne se comparent pas sans le dire.`),
  ];
  return items.length === 0
    ? ''
    : `<ul class="notes">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

const day = (text: string): string => `${text.slice(8)}/${text.slice(5, 7)}/${text.slice(0, 4)}`;

/** A cell whose number a program can read back: the test that compares this page with the JSON does. */
function cell(name: string, value: number | null, shown: string): string {
  return `<td data-name="${name}" data-value="${value ?? ''}">${escapeHtml(shown)}</td>`;
}

type Column = readonly [name: keyof FigureNumbers, label: string, show: (value: number | null) => string];
const count = (value: number | null): string => countText(value ?? 0);
const TOTALS: readonly Column[] = [
  ['received', 'Reçues', count],
  ['handled', 'Traitées', count],
  ['answered', 'Répondues', count],
  ['answered_in_time', 'Traitées dans le délai', count],
  ['share', 'Part traitée dans le délai', shareText],
  ['replied_share', 'Part répondue dans le délai', shareText],
  ['median_hours', 'Délai médian', hoursText],
  ['p90_hours', 'Neuf sur dix en moins de', hoursText],
  ['oldest_open_hours', 'La plus ancienne ouverte', hoursText],
  ['handled_late', 'Traitées en retard', count],
  ['open_late', 'Ouvertes, en retard', count],
  ['open_not_due', 'Ouvertes, dans le délai', count],
  ['never_read', 'Jamais lues', count],
  ['no_answer_needed', 'Sans réponse à donner', count],
  ['closed_without_answer', 'Closes sans réponse', count],
  ['redirected', 'Réorientées', count],
  ['transferred', 'Transférées', count],
  ['handed', 'Confiées à une équipe d’appui', count],
  ['pieces', 'Réponses qui demandent des pièces', count],
  ['account', 'Réponses qui renvoient au compte', count],
  ['legal_passed', 'Délai fixé par la loi dépassé', count],
];

function totals({ elapsed, working, before }: WeeklyReport): string {
  const rows = TOTALS.map(
    ([name, label, show]) =>
      `<tr data-key="${name}"><th scope="row">${escapeHtml(label)}</th>` +
      cell('elapsed', elapsed[name], show(elapsed[name])) +
      cell('working', working[name], show(working[name])) +
      cell('before', before.elapsed[name], show(before.elapsed[name])) +
      '</tr>',
  );
  return `<table id="totals"><thead><tr><th></th><th scope="col">Heures réelles</th><th scope="col">Jours ouvrés</th><th scope="col">Semaine d’avant (heures réelles)</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

const GROUPS: readonly Column[] = [
  ['received', 'Reçues', count],
  ['handled', 'Traitées', count],
  ['share', 'Part dans le délai', shareText],
  ['p90_hours', 'Neuf sur dix en moins de', hoursText],
  ['oldest_open_hours', 'La plus ancienne', hoursText],
  ['open_late', 'Ouvertes, en retard', count],
  ['never_read', 'Jamais lues', count],
];

function groups(title: string, id: string, list: readonly (FigureGroup & { readonly label: string })[]): string {
  if (list.length === 0) return '';
  const head = GROUPS.map(([, label]) => `<th scope="col">${escapeHtml(label)}</th>`).join('');
  const rows = list.map(
    (group) =>
      `<tr data-key="${escapeHtml(group.key ?? '')}"><th scope="row">${escapeHtml(group.label)}</th>${GROUPS.map(
        ([name, , show]) => cell(name, group[name], show(group[name])),
      ).join('')}</tr>`,
  );
  return `<section><h2>${escapeHtml(title)}</h2>
<table id="by-${id}"><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></section>`;
}

/** Replies that ask for pieces or send to the account are answers; whether they were enough shows here. */
function repeats({ repeats: week }: WeeklyReport): string {
  const definitive = {
    base: week.repeat_base - week.pieces_repeat_base - week.account_repeat_base,
    again: week.repeated_7d - week.pieces_repeated_7d - week.account_repeated_7d,
  };
  const rows = [
    ['all', 'Toutes', week.repeat_base, week.repeated_7d],
    ['pieces', 'Réponses qui demandent des pièces', week.pieces_repeat_base, week.pieces_repeated_7d],
    ['account', 'Réponses qui renvoient au compte', week.account_repeat_base, week.account_repeated_7d],
    ['others', 'Les autres', definitive.base, definitive.again],
  ] as const;
  const lines = rows.map(
    ([key, label, base, again]) =>
      `<tr data-key="${key}"><th scope="row">${label}</th>${cell('base', base, countText(base))}` +
      cell('again', again, countText(again)) +
      `${cell('share', base === 0 ? null : again / base, shareText(base === 0 ? null : again / base))}</tr>`,
  );
  return `<section><h2>Réitérations : demandes de la semaine d’avant, revenues sous sept jours</h2>
<table id="repeats"><thead><tr><th></th><th scope="col">Traitées depuis sept jours</th><th scope="col">Revenues</th><th scope="col">Part</th></tr></thead>
<tbody>${lines.join('\n')}</tbody></table></section>`;
}

function transfers({ reviews }: WeeklyReport): string {
  const rows: readonly (readonly [keyof WeeklyReport['reviews'], string])[] = [
    ['proposed', 'Proposés à l’analyse préalable'],
    ['approved', 'Approuvés'],
    ['returned', 'Rendus au niveau 1'],
    ['remotived', 'Motif changé'],
    ['timed_out', 'Partis sans avis'],
    ['avoided', 'Évités : répondus sans le pôle'],
    ['replaced_by_task', 'Remplacés par une échéance'],
    ['refused', 'Refusés par le pôle'],
  ];
  const lines = rows.map(
    ([name, label]) =>
      `<tr data-key="${name}"><th scope="row">${escapeHtml(label)}</th>${cell('count', reviews[name], countText(reviews[name]))}</tr>`,
  );
  return `<section><h2>Transferts aux pôles</h2><table id="reviews"><tbody>${lines.join('\n')}</tbody></table></section>`;
}

function bot({ bot: talks }: WeeklyReport): string {
  if (talks.talks === 0) return '';
  const row = (name: keyof WeeklyReport['bot'], label: string, shown: string): string =>
    `<tr data-key="${name}"><th scope="row">${escapeHtml(label)}</th>${cell('count', talks[name], shown)}</tr>`;
  const rows = [
    row('talks', 'Échanges avec le bot', countText(talks.talks)),
    row('contained_share', 'Finis sans conseiller, part de ceux qui sont finis', shareText(talks.contained_share)),
    row('failed_requests', 'Demandes échouées', countText(talks.failed_requests)),
    row('offered', 'Un conseiller proposé', countText(talks.offered)),
    row('handed_over', 'Repris par un conseiller', countText(talks.handed_over)),
    row('median_hours_to_human', 'Délai médian jusqu’à sa réponse', hoursText(talks.median_hours_to_human)),
  ];
  return `<section><h2>Le bot</h2><table id="bot"><tbody>${rows.join('\n')}</tbody></table></section>`;
}
