import type { BotTerms } from '../domain/bot/terms.ts';
import { lintReply } from '../domain/linter.ts';
import type { Motif } from '../domain/rulebook.ts';
import { foldText } from '../domain/text/fold.ts';
import { countWords } from '../domain/text/tokens.ts';
import type { Findings, Loaded } from './context.ts';
import { shorten, type Place } from './problems.ts';
import { botAnswerHead, type BotAnswerHead, type BotFile } from './schema-bot.ts';
import { BOT_ANSWERS, type ConfigFiles } from './source.ts';
import { readFramed } from './templates.ts';

/** The bot's settings and answers: what must hold between them, and with the motifs (issue: the bot channel). */

export interface LoadedAnswer extends Loaded<BotAnswerHead & { readonly body: string }> {
  /** Place of an offset of the body. */
  bodyAt(offset: number): Place;
}

export interface LoadedBot {
  readonly settings: Loaded<BotFile>;
  readonly answers: readonly LoadedAnswer[];
}

/** bot/*.md, one a motif. */
export function readAnswers(texts: ConfigFiles, found: Findings): LoadedAnswer[] {
  const answers: LoadedAnswer[] = [];
  for (const [file, text] of texts) {
    if (!file.startsWith(BOT_ANSWERS)) continue;
    const { framed, problems } = readFramed(file, text, botAnswerHead);
    found.problems.push(...problems);
    if (framed === undefined) found.lose(BOT_ANSWERS, 'all');
    else answers.push({ data: { ...framed.head, body: framed.body }, yaml: framed.yaml, bodyAt: framed.bodyAt });
  }
  return answers;
}

interface Known {
  readonly motifs: readonly Motif[];
  readonly mailboxes: ReadonlySet<string>;
}

/** Longer answers are not read in a chat. */
const ANSWER_WORDS_MAX = 90;
const SLOT = '{{teleservice}}';
/** « never congratulates where bereavement is possible »: it is possible wherever a child or a birth is spoken of. */
const CONGRATULATES =
  /\b(?:felicit\w*|bravo|heureux evenement|bienvenue a (?:bebe|votre bebe|votre enfant)|carnet rose|bonheur|joie)\b/;

export function checkBot({ settings, answers }: LoadedBot, { motifs, mailboxes }: Known, found: Findings): void {
  const { data, yaml } = settings;
  const by_id = new Map(motifs.map((motif) => [motif.id, motif]));
  const ids = new Set(by_id.keys());
  const known = (path: (string | number)[], value: string | undefined): void =>
    found.known(yaml, path, value, ids, 'motif inconnu', 'motifs.yaml');
  found.known(yaml, ['mailbox'], data.mailbox, mailboxes, 'boîte inconnue', 'mailboxes.yaml');
  data.human_motifs.forEach((id, i) => known(['human_motifs', i], id));
  data.no_answer.forEach(({ motif }, i) => known(['no_answer', i, 'motif'], motif));
  data.menu.forEach(({ motif }, i) => known(['menu', i, 'motif'], motif));
  const files = new Map<string, string>();
  for (const answer of answers) {
    const { motif } = answer.data;
    found.known(answer.yaml, ['motif'], motif, ids, 'motif inconnu', 'motifs.yaml');
    const other = files.get(motif);
    if (other !== undefined)
      found.error(answer.yaml.at(['motif']), {
        what: 'ce motif a déjà une réponse',
        value: motif,
        expected: `une seule réponse ; l’autre est ${other}`,
      });
    files.set(motif, answer.yaml.file);
    checkAnswer(answer, by_id.get(motif), data, found);
  }
  // A file that cannot be read may hold the answer that seems to be missing.
  if (found.whole(BOT_ANSWERS, 'motifs.yaml')) checkCoverage(settings, motifs, files, found);
}

function checkAnswer(answer: LoadedAnswer, motif: Motif | undefined, settings: BotFile, found: Findings): void {
  const { body } = answer.data;
  const wrong = (at: number, what: string, value: string, expected: string): void =>
    found.error(answer.bodyAt(at), { what, value: shorten(value), expected });
  if (settings.human_motifs.includes(answer.data.motif))
    wrong(
      0,
      'ce motif n’a jamais de réponse automatique',
      answer.data.motif,
      'l’enlever de human_motifs, ou ce fichier',
    );
  const words = countWords(body);
  if (words > ANSWER_WORDS_MAX) wrong(0, 'réponse trop longue', `${words} mots`, `au plus ${ANSWER_WORDS_MAX} mots`);
  for (const slot of body.matchAll(/\{\{[^}]*\}?\}?/g)) {
    if (slot[0] !== SLOT) wrong(slot.index, 'variable inconnue', slot[0], SLOT);
    else if (motif !== undefined && motif.teleservice === undefined)
      wrong(
        slot.index,
        'ce motif n’a pas de téléservice',
        slot[0],
        'teleservice dans motifs.yaml, ou un texte sans lien',
      );
  }
  if (motif?.teleservice !== undefined && !body.includes(SLOT))
    wrong(0, 'la réponse ne donne pas le téléservice du motif', answer.data.motif, SLOT);
  const warm = CONGRATULATES.exec(foldText(body));
  if (warm !== null) wrong(0, 'félicitations impossibles : un deuil est toujours possible', warm[0], 'un texte neutre');
  // The chat is read as open mail is: what may never be asked there is never asked here either.
  for (const finding of lintReply(body, { open_mail: true, attachments: [], motif }))
    wrong(finding.start, finding.message, body.slice(finding.start, finding.end), 'une autre tournure');
}

/** Every motif is answered, left to a person, or left out with a reason; a restricted one is always a person's. */
function checkCoverage(
  { data, yaml }: Loaded<BotFile>,
  motifs: readonly Motif[],
  answers: ReadonlyMap<string, string>,
  found: Findings,
): void {
  const left_out = new Set(data.no_answer.map(({ motif }) => motif));
  for (const motif of motifs.filter(({ provisional }) => provisional === undefined)) {
    const human = data.human_motifs.includes(motif.id);
    if (motif.restricted && !human)
      found.error(yaml.at(['human_motifs']), {
        what: 'un motif réservé n’a jamais de réponse automatique',
        value: motif.id,
        expected: 'ce motif dans human_motifs',
      });
    if (!human && !left_out.has(motif.id) && !answers.has(motif.id))
      found.error(yaml.at(['no_answer']), {
        what: 'motif sans réponse de l’assistant',
        value: motif.id,
        expected: `bot/${motif.id}.md, ou une ligne dans no_answer ou human_motifs`,
      });
  }
}

/** What the bot works with; the set was checked. */
export function botTerms({ settings, answers }: LoadedBot, motifs: readonly Motif[]): BotTerms {
  const { data } = settings;
  const links = new Map(motifs.map(({ id, teleservice }) => [id, teleservice]));
  return {
    mailbox: data.mailbox,
    failed_requests_max: data.failed_requests_max,
    ask_human: data.ask_human,
    human_motifs: data.human_motifs,
    answer_min: data.answer_min,
    clarify_second_min: data.clarify.second_min,
    clarify_together_min: data.clarify.together_min,
    idle_minutes: data.idle_minutes,
    forget_hours: data.forget_hours,
    answer_timeout_ms: data.answer_timeout_ms,
    menu: data.menu.map(({ label, also, motif }) => ({
      label,
      also: also ?? [],
      ...(motif === undefined ? {} : { motif }),
    })),
    texts: data.texts,
    answers: Object.fromEntries(
      answers.map(({ data: { motif, body } }) => [motif, body.replaceAll(SLOT, links.get(motif) ?? '')]),
    ),
  };
}
