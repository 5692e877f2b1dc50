import type { Matter } from './matter.ts';
import type { Rulebook } from '../rulebook.ts';
import type { AnswerResult } from './machine.ts';
import type { BotTerms, BotTextName } from './terms.ts';
import { waveAnswer, type WaveQuestion } from '../wave/bot.ts';

/** What the bot says. */
export interface BotReply {
  readonly kind: 'answer' | 'clarify' | 'text';
  /** The name of the sentence in bot.yaml; for an answer, the motif. */
  readonly id: string;
  readonly text: string;
  /** Buttons, in order. */
  readonly choices: readonly { readonly motif: string; readonly label: string }[];
}

/** How the embedded bot meets a request. `assume-answered`: a good answer is supposed, so only reactions make failures. */
export type AnswerMode = 'embedded' | 'assume-answered';

export interface Answered {
  readonly result: AnswerResult;
  readonly reply: BotReply;
  readonly choices: readonly string[];
}

export interface Asking {
  readonly mode: AnswerMode;
  /** The bot has asked « which of the two? » for this request already. */
  readonly asked: boolean;
  /** Motifs whose answer was refused in this topic. */
  readonly refused: readonly (string | null)[];
  readonly book: Pick<Rulebook, 'motifs'>;
  readonly terms: BotTerms;
  /** The member's words and their ISO instant. */
  readonly said: Pick<WaveQuestion, 'text' | 'at'>;
}

/** What the bot says of a matter, and whether the member's very words called for it. */
export interface Answer {
  readonly text: string;
  readonly by_words: boolean;
}

/** The answer to a question: an active wave's first, else the motif's. The one place that chooses. */
export function answerFor(question: WaveQuestion, terms: Pick<BotTerms, 'answers' | 'waves'>): Answer | undefined {
  const wave = waveAnswer(terms.waves ?? [], question);
  if (wave !== undefined) return { text: wave.answer, by_words: wave.phrases.length > 0 };
  const text = question.motif === null ? undefined : terms.answers[question.motif];
  return text === undefined ? undefined : { text, by_words: false };
}

/** What leads to a person, or out of danger: ours to say whoever the bot is. */
const RULE_SAYS: ReadonlySet<string> = new Set<BotTextName>([
  ...(['offer', 'still_offered', 'declined'] as const),
  ...(['handover', 'urgent', 'grief', 'danger'] as const),
]);

/**
 * What a portal with a bot of its own is told to show after a turn: our sentence where the rule has one, else that bot's
 * own answer, else nothing; nothing too where a person answers. @param theirs what the external bot said, if it told us
 */
export function besideExternal(ours: BotReply | null, theirs: string | undefined): BotReply | null {
  if (ours === null || (ours.kind === 'text' && RULE_SAYS.has(ours.id))) return ours;
  return theirs === undefined ? null : externalReply(theirs);
}

/** The words of an external bot. */
export function externalReply(text: string): BotReply {
  return { kind: 'text', id: 'external', text, choices: [] };
}

export function sentence(terms: BotTerms, name: BotTextName): BotReply {
  return { kind: 'text', id: name, text: terms.texts[name], choices: [] };
}

/**
 * The answer to a request: the canned one when the brain is sure, a question when two motifs are close, else the
 * fallback. One question a request: a second doubt is a failure, or a talk could go on for ever without one. An answer
 * that was refused is not given again: whoever says it in other words has asked for something else.
 */
export function answer(matter: Matter, { mode, asked, refused, book, terms, said }: Asking): Answered {
  const none: readonly string[] = [];
  const { motif, decision, ranked } = matter;
  const found = answerFor({ ...said, motif }, terms);
  const text = found?.text;
  if (mode === 'assume-answered') {
    const reply = text === undefined ? sentence(terms, 'assumed') : canned(motif ?? 'wave', text);
    return { result: 'answered', reply, choices: none };
  }
  const [best, second] = ranked;
  const sure = !decision.abstained && motif === decision.motif && decision.confidence >= terms.answer_min;
  if (motif !== null && terms.human_motifs.includes(motif) && (sure || decision.restricted)) {
    return { result: 'human', reply: sentence(terms, 'handover'), choices: none };
  }
  if (text !== undefined && (sure || found?.by_words === true) && !refused.includes(motif))
    return { result: 'answered', reply: canned(motif ?? 'wave', text), choices: none };
  if (
    !asked &&
    best !== undefined &&
    second !== undefined &&
    second.score >= terms.clarify_second_min &&
    best.score + second.score >= terms.clarify_together_min &&
    [best, second].every(({ motif: id }) => terms.answers[id] !== undefined && !refused.includes(id))
  ) {
    const choices = [best.motif, second.motif];
    return { result: 'clarify', reply: clarify(choices, book, terms), choices };
  }
  return { result: 'fallback', reply: sentence(terms, 'fallback'), choices: none };
}

/** The answer of a motif chosen in the menu or among two. */
export function canned(motif: string, text: string): BotReply {
  return { kind: 'answer', id: motif, text, choices: [] };
}

function clarify(motifs: readonly string[], book: Asking['book'], terms: BotTerms): BotReply {
  const choices = motifs.map((motif) => ({
    motif,
    label: book.motifs.find(({ id }) => id === motif)?.label ?? motif,
  }));
  const lines = choices.map(({ label }, i) => `${i + 1}. ${label}`);
  return { kind: 'clarify', id: 'clarify', text: [terms.texts.clarify, ...lines].join('\n'), choices };
}
