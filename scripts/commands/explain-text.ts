import { counted } from '../../domain/counted.ts';
import { DateTime } from 'luxon';
import { PARIS } from '../../domain/days.ts';
import type { Explanation } from '../../domain/explain.ts';
import { shownSubject, type Shown } from '../../domain/explain/evidence.ts';
import type { RuleTried } from '../../domain/explain/rules.ts';
import type { QueueLoad } from '../../domain/overflow.ts';
import type { StoredExplanation } from '../../store/explained.ts';
import { table } from './context.ts';

/** `rules explain` for a terminal. */

const PARTS: Readonly<Record<Shown['part'], string>> = {
  subject: 'objet',
  body: '',
  quoted: 'fil cité',
  'attachment-name': 'pièce jointe',
  header: 'en-tête',
};
const CLOCKS = { elapsed: 'calendaire', working: 'ouvrée' } as const;
const SILENCE = { acceptance: 'vaut acceptation', rejection: 'vaut rejet', none: 'sans effet de droit' } as const;
const SENDER: Readonly<Record<string, string>> = {
  address: 'd’après son adresse',
  siret: 'd’après un numéro SIRET',
  rpps: 'd’après un numéro RPPS',
  finess: 'd’après un numéro FINESS',
  model: 'd’après le texte',
  mailbox: 'd’après la boîte',
};
/** Of a rule that did not hold only so much is shown; `--json` has it all. */
const FAILED_CHARS_MAX = 110;
const LISTS = { all: 'et', any: 'ou', none: 'sauf' } as const;

/** Reads aloud an instant of a clock. */
function instant(iso: string): string {
  return DateTime.fromISO(iso, { zone: PARIS, locale: 'fr' }).toFormat('ccc dd/MM/yyyy HH:mm');
}

function decimal(value: number, digits = 2): string {
  return value.toFixed(digits).replace('.', ',');
}

function words(evidence: readonly Shown[]): string {
  return evidence
    .map(({ part, text }) => (PARTS[part] === '' ? `« ${text} »` : `« ${text} » (${PARTS[part]})`))
    .join(', ');
}

/** The whole reasoning, from who writes to the deadlines. */
export function explanationText(told: Explanation): string {
  return `${[
    `Reçu ${instant(told.received_at)}, boîte ${told.mailbox}. Règles ${told.rulebook.slice(0, 12)}, modèle ${told.model.slice(0, 12)}, moteur ${told.engine}.`,
    '',
    `Qui écrit        ${told.sender.public} (${SENDER[told.sender.by] ?? told.sender.by})${told.repeat === null ? '' : ` ; ${told.repeat}`}`,
    ...flags(told),
    ...motif(told),
    `Niveau           ${told.level.id}${told.level.why === '' ? '' : ` (${told.level.why})`}`,
    ...rules(told),
    `Analyse          ${told.review.asked ? 'oui' : 'non'} : ${told.review.why}`,
    ...queue(told),
    ...due(told),
  ].join('\n')}\n`;
}

function flags({ flags: up, flags_down }: Explanation): string[] {
  const lines = up.map(({ level, id, label, detail, evidence }, i) => {
    const head = i === 0 ? 'Signalements     ' : '                 ';
    const more = detail.startsWith(`${level}, `) ? ` (${detail.slice(level.length + 2)})` : '';
    return `${head}${level} ${id}, ${label}${more}${evidence.length === 0 ? '' : ` : ${words(evidence)}`}`;
  });
  if (up.length === 0) lines.push(`Signalements     aucun`);
  return [...lines, `                 non levés : ${flags_down.length === 0 ? 'aucun' : flags_down.join(', ')}`];
}

function motif(told: Explanation): string[] {
  const { id, label, confidence, confidence_min, unsure, by, evidence } = told.motif;
  const who = { model: 'le modèle', rule: 'une règle', provisional: 'un motif provisoire', nobody: 'rien à lire' }[by];
  const sure = unsure ? `incertain, il en faudrait ${decimal(confidence_min)}` : 'sûr';
  const ranked = told.ranked.map((each) => `${each.motif} ${decimal(each.score)}`).join(', ');
  return [
    `Motif            ${id === null ? 'aucun' : `${id}, ${label}`} (${decimal(confidence)}, ${sure} ; nommé par ${who})`,
    ...(evidence.length === 0 ? [] : [`                 mots : ${words(evidence)}`]),
    `                 les plus probables : ${ranked === '' ? 'aucun' : ranked}`,
    ...(told.secondary.length === 0 ? [] : [`                 autres besoins : ${told.secondary.join(', ')}`]),
  ];
}

function rules({ rules: tried }: Explanation): string[] {
  return [
    `Règles           ${counted(tried.length, 'essayée')}, dans l’ordre ; la première qui tient décide`,
    ...tried.flatMap(rule),
  ];
}

function rule({ id, held, why, then, predicates }: RuleTried): string[] {
  if (!held) {
    // What kept it from holding is all anybody wants to know of a rule that did not.
    const failed = predicates.filter(({ list, is }) => (list === 'none' ? is : !is));
    const excluded = failed.find(({ list }) => list === 'none');
    const because =
      excluded === undefined ? `il manque ${failed.map(({ says }) => says).join(' ; ')}` : `exclue : ${excluded.says}`;
    const denied = failed.flatMap((each) => each.denied);
    return [
      `  – ${id} : ${because.length > FAILED_CHARS_MAX ? `${because.slice(0, FAILED_CHARS_MAX)}…` : because}`,
      ...(denied.length === 0 ? [] : [`      une expression est trouvée, mais niée : ${words(denied)}`]),
    ];
  }
  const outcome = Object.entries(then).map(([key, value]) => `${key} ${String(value)}`);
  return [
    `  ✓ ${id} → ${outcome.join(', ')}`,
    `      ${why}`,
    ...predicates.map(
      ({ list, says, is, evidence }) =>
        `      ${is ? '✓' : '–'} ${LISTS[list]} ${says}${evidence.length === 0 ? '' : ` → ${words(evidence)}`}`,
    ),
  ];
}

function queue({ queue: chosen, overflow }: Explanation): string[] {
  const behind = chosen.target === chosen.decided ? '' : `, puis ${chosen.target}`;
  const { routed } = overflow;
  return [
    `File             ${chosen.id}, ${chosen.label}${routed.overflow ? ` (au lieu de ${chosen.decided})` : behind}`,
    `                 règle ${chosen.rule} : ${chosen.why} (sûreté de la file ${decimal(chosen.confidence)})`,
    ...(routed.reasons.length === 0
      ? ['Débordement      aucune équipe partenaire ne prend dans cette file']
      : [
          `Débordement      ${routed.overflow ? `confié à ${routed.queue}` : 'non'}, charge au ${instant(overflow.at)} :`,
          ...loads(overflow.load).map((line) => `                   ${line}`),
          ...routed.reasons.map(({ pool, taken, why }) => `                 ${taken ? '✓' : '–'} ${pool} : ${why}`),
        ]),
  ];
}

function loads(load: Readonly<Record<string, QueueLoad>>): string[] {
  const rows = Object.entries(load);
  if (rows.length === 0) return ['aucun courriel en attente nulle part'];
  return rows.map(
    ([id, { backlog, arrivals_today, handed_today }]) =>
      `${id} : ${backlog} en attente ; aujourd’hui ${counted(arrivals_today, 'arrivé')} et ${counted(handed_today, 'confié')}`,
  );
}

function due({ due: when }: Explanation): string[] {
  const { policy, hours, headline, elapsed_at, working_at, warn_at, legal } = when;
  return [
    `Échéances        ${policy}, ${hours} h, horloge ${CLOCKS[headline]} affichée`,
    `                 calendaire ${instant(elapsed_at)} ; ouvrée ${instant(working_at)} ; alerte ${instant(warn_at)}`,
    ...(legal === undefined
      ? []
      : [`                 délai légal ${instant(legal.at)} (${legal.source} ; le silence ${SILENCE[legal.silence]})`]),
  ];
}

const NOT_REPLAYABLE = {
  erased: 'le texte a été effacé',
  engine: 'une autre version du programme l’a prise',
  model: 'son modèle n’est plus conservé',
  rulebook: 'ses règles ne sont plus lisibles',
  inputs: 'ce qui l’entourait n’était pas encore conservé',
} as const;

/**
 * The stored decision, its reasoning, and what is different today.
 * @param subject of the mail, as stored; it is shown masked
 * @param with_candidate the other decision was made with a folder, not with the active set
 */
export function storedText(found: StoredExplanation, subject: string, with_candidate: boolean): string {
  const { ref, message, stored, replay, then, today, others } = found;
  const head = [
    `${ref}, message ${message}`,
    `Objet : ${shownSubject(subject)}`,
    `Décidé ${instant(stored.made_at)} : motif ${stored.motif ?? 'aucun'}, niveau ${stored.level}, file ${stored.queue} (${stored.rule})`,
    ...(others.length === 0 ? [] : [`Autres messages de la conversation : ${others.join(', ')}`]),
    replayed(replay),
    '',
  ];
  const told = then ?? today;
  const by = with_candidate ? 'Le jeu candidat' : 'Aujourd’hui';
  const now =
    today === null
      ? [`${by} : on ne peut plus le dire, le texte a été effacé.`]
      : differs(found, today, by, with_candidate ? 'candidat' : 'aujourd’hui');
  return `${head.join('\n')}\n${told === null ? '' : `${explanationText(told)}\n`}${now.join('\n')}\n`;
}

function replayed(replay: StoredExplanation['replay']): string {
  switch (replay.kind) {
    case 'equal':
      return 'Refaite avec les règles et le modèle de son jour : identique.';
    case 'different':
      return `Refaite avec les règles et le modèle de son jour : DIFFÉRENTE (${replay.fields.join(', ')}). C’est une anomalie.`;
    case 'not-replayable':
      return `Ne peut être refaite à l’identique : ${NOT_REPLAYABLE[replay.why]}.`;
  }
}

function differs({ differences }: StoredExplanation, today: Explanation, who: string, column: string): string[] {
  const by = `${who} (règles ${today.rulebook.slice(0, 12)}, modèle ${today.model.slice(0, 12)})`;
  if (differences.length === 0) return [`${by} : la même décision.`];
  const rows = differences.map(({ what, then, now }) => [what, then, now]);
  return [`${by} :`, table(['', 'alors', column], rows).trimEnd()];
}
