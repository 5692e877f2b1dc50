import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { setRows, trainTurns, turnRows, type TurnSet } from '../../classifiers/train-turns.ts';
import { loadModel } from '../../classifiers/train.ts';
import { loadOrThrow } from '../../config/load.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { next, type BotContext } from '../../domain/bot.ts';
import { newBotState, type BotState } from '../../domain/bot/state.ts';
import type { TurnModel } from '../../domain/bot/turn-model.ts';
import { compileRulebook } from '../../domain/match.ts';

/** A labelled talk of classifiers/bot/dialogues.jsonl; its id begins with the batch it was written in. */
export interface Dialogue {
  readonly id: string;
  /** Who wrote it: A for batches 1 to 9, then one letter a batch. */
  readonly author: string;
  readonly turns: readonly { readonly member: string; readonly kind: string }[];
  readonly expect: { readonly outcome: string; readonly at_turn: number | null; readonly flag?: string };
}

/** What a talk without an instant of its own is read at: « depuis le 3 » must mean the same for ever. */
export const READ_AT = '2026-11-22T09:00:00Z';

export const TALKS = new URL('../../classifiers/bot/dialogues.jsonl', import.meta.url);

/** Short turns behind a given beginning, by many hands; no talk of {@link TALKS} is among them. */
export const TURNS = new URL('../../classifiers/bot/turns.jsonl', import.meta.url);

export function readDialogues(): Dialogue[] {
  return linesOf<Dialogue>(TALKS);
}

/** A turn model of the talks the given hands did not write, and of the short turns. */
export function trainWithout(...hands: readonly string[]): TurnModel {
  const talks = readDialogues().filter(({ author }) => !hands.includes(author));
  return trainTurns([...turnRows(talks), ...setRows(linesOf<TurnSet>(TURNS))]);
}

function linesOf<T>(file: URL): T[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** The shipped rules, answers and model. */
export async function shippedBot(mode: BotContext['mode'] = 'assume-answered'): Promise<Omit<BotContext, 'said'>> {
  const book = compileRulebook(loadOrThrow(await readConfigFolder(SHIPPED_CONFIG)));
  const terms = book.bot!;
  return { book, model: await loadModel(), terms, mode, mailbox: terms.mailbox, now: new Date(READ_AT) };
}

export interface Played {
  readonly state: BotState;
  readonly kinds: readonly string[];
  /** Ids of what the bot said; null where it said nothing. */
  readonly replies: readonly (string | null)[];
}

export function play(turns: readonly string[], context: Omit<BotContext, 'said'>): Played {
  let state: BotState = newBotState(READ_AT);
  const kinds: string[] = [];
  const replies: (string | null)[] = [];
  turns.forEach((text, i) => {
    const step = next(state, { text, at: READ_AT }, { ...context, said: turns.slice(0, i) });
    state = step.state;
    kinds.push(step.act.kind);
    replies.push(step.reply?.id ?? null);
  });
  return { state, kinds, replies };
}

export interface Measured {
  readonly dialogues: number;
  readonly outcome: number;
  readonly at_turn: number;
  readonly kinds: number;
  /** Ids of talks whose wish for a person, or grave sign, was not seen. */
  readonly missed: readonly string[];
  /** Ids of talks whose outcome or turn is not the expected one. */
  readonly wrong: readonly string[];
}

/** Shares of talks (0–1) that end right, at the right turn, and of turns whose kind is right. */
export function measure(dialogues: readonly Dialogue[], context: Omit<BotContext, 'said'>): Measured {
  let outcome = 0;
  let at_turn = 0;
  let kinds = 0;
  let turns = 0;
  const missed: string[] = [];
  const wrong: string[] = [];
  for (const { id, turns: said, expect } of dialogues) {
    const { state, kinds: got } = play(
      said.map(({ member }) => member),
      context,
    );
    const is = state.outcome?.kind ?? 'answered';
    const right = is === expect.outcome;
    const in_time = right && (state.outcome?.turn ?? null) === expect.at_turn;
    if (right) outcome += 1;
    if (in_time) at_turn += 1;
    else wrong.push(id);
    // Who was offered a person before they asked for one has missed nothing.
    const offered = is === 'offer-human' && (state.outcome?.turn ?? Infinity) < (expect.at_turn ?? 0);
    if (expect.outcome === 'immediate-human' && is !== 'immediate-human' && !offered) missed.push(id);
    said.forEach(({ kind }, i) => {
      turns += 1;
      if (got[i] === kind) kinds += 1;
    });
  }
  const of = (count: number): number => count / dialogues.length;
  return {
    dialogues: dialogues.length,
    outcome: of(outcome),
    at_turn: of(at_turn),
    kinds: kinds / turns,
    missed,
    wrong,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const context = await shippedBot();
  const all = readDialogues();
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const show = (name: string, of: readonly Dialogue[], turns?: TurnModel | null): void => {
    const { outcome, at_turn, kinds, missed, wrong } = measure(
      of,
      turns === undefined ? context : { ...context, turns },
    );
    console.log(
      `${name}: ${of.length} talks, outcome ${percent(outcome)}, at turn ${percent(at_turn)}, kinds ${percent(kinds)}, missed ${missed.length}, wrong ${wrong.join(' ')}`,
    );
  };
  for (const batch of new Set(all.map(({ id }) => id.split('-')[0]!))) {
    show(
      batch,
      all.filter(({ id }) => id.startsWith(`${batch}-`)),
    );
  }
  show('all', all);
  for (const hand of new Set(all.map(({ author }) => author))) {
    const theirs = all.filter(({ author }) => author === hand);
    show(`${hand}, phrase lists alone`, theirs, null);
    show(`${hand}, turn model of the others`, theirs, trainWithout(hand));
  }
}
