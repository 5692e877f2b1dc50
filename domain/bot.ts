import { advance, isHanded, isRequest, type Act, type AnswerResult, type Step } from './bot/machine.ts';
import { nearness, readMatter, type Brain, type Matter } from './bot/matter.ts';
import { readMenu, type MenuChoice } from './bot/menu.ts';
import { recognise } from './bot/recognise.ts';
import { answer, answerFor, canned, externalReply, sentence, type AnswerMode, type BotReply } from './bot/replies.ts';
import type { BotState } from './bot/state.ts';
import type { BotTerms, BotTextName } from './bot/terms.ts';
import type { TurnModel } from './bot/turn-model.ts';

/**
 * The bot channel (domain §1.2, §2.3, §3.6-16): since 7 December 2021 every question from the member's account passes
 * through ameliBot, and after two requests without a satisfactory answer the member may write to an adviser. `next` takes
 * one turn of the member in; what else can happen to a talk is in domain/bot/happenings.ts. Pure, like `decide()`.
 */
export interface BotTurn {
  /** What the member typed, or the label of the button. */
  readonly text: string;
  /** ISO instant. */
  readonly at: string;
  /** A button was clicked, so nothing has to be recognised. */
  readonly button?: 'yes' | 'no' | 'human' | 'menu';
  /** An external bot's own verdict on its answer to this turn; without it the embedded bot answers. */
  readonly bot?: { readonly result: Exclude<AnswerResult, 'human'>; readonly text?: string };
}

export interface BotContext extends Brain {
  readonly terms: BotTerms;
  readonly mode: AnswerMode;
  /** All texts of the member before this turn, by turn number minus one. */
  readonly said: readonly string[];
  /** Another turn model than the shipped one, or null for the phrase lists alone. */
  readonly turns?: TurnModel | null;
}

export interface BotStep extends Step {
  readonly act: Act;
  /** Null where a person answers now. */
  readonly reply: BotReply | null;
}

const HOUR_MS = 3_600_000;

/** Takes one turn of the member in. The same state, turn and context give the same step. */
export function next(given: BotState, turn: BotTurn, context: BotContext): BotStep {
  const { terms } = context;
  const state = forget(given, turn.at, terms);
  const earlier = state.topic_turns.map((number) => context.said[number - 1] ?? '');
  const menu =
    turn.button === 'menu' || turn.button === undefined ? readMenu(turn.text, terms.menu, choicesOf(state)) : undefined;
  const recognised = menu === undefined ? recogniseTurn(state, turn, earlier, context) : menuAct(menu, state);
  const judging = recognised.no === true || recognised.kind === 'feedback-no' ? refusedClick(state, context) : state;
  const moved = recognised.kind === 'new-topic';
  const around = moved ? [] : context.said.slice(state.topic_from - 1, state.turn);
  const judged = recognised.kind === 'menu' ? undefined : readMatter(turn.text, moved ? [] : earlier, around, context);
  const act: Act = {
    ...recognised,
    flags: judged?.flags ?? [],
    motif: isRequest(recognised.kind) ? (menu?.motif ?? judged?.motif ?? null) : null,
  };
  const met = meet(act, menu, judged, state, turn, context);
  const step = advance(judging, act, met.result, terms, turn.at, met.choices);
  return { ...step, act, reply: replyTo(state, step.state, act, met.reply, terms) };
}

/** After a long silence the talk begins anew: yesterday's failures are evidence, they open no door today. */
function forget(state: BotState, at: string, terms: BotTerms): BotState {
  const silent_ms = Date.parse(at) - Date.parse(state.last_activity_at);
  if (isHanded(state) || !(silent_ms > terms.forget_hours * HOUR_MS)) return state;
  return {
    ...state,
    topic: state.topic + 1,
    topic_from: state.turn + 1,
    topic_turns: [],
    request: null,
    failed: 0,
    motif: null,
  };
}

/** A click counts for nothing, but « non » to the answer it brought does: the click was the request. */
function refusedClick(state: BotState, { terms, said }: BotContext): BotState {
  if (state.request !== null || state.turn === 0) return state;
  const motif = readMenu(said[state.turn - 1] ?? '', terms.menu, [])?.motif;
  if (motif === undefined) return state;
  return { ...state, motif, request: { turn: state.turn, verdict: 'none', motif, announced: false, choices: [] } };
}

function choicesOf(state: BotState): readonly string[] {
  return state.request?.choices ?? [];
}

function recogniseTurn(state: BotState, turn: BotTurn, earlier: readonly string[], context: BotContext): Act {
  if (turn.button === 'yes') return { kind: 'feedback-yes' };
  if (turn.button === 'no') return { kind: 'feedback-no' };
  if (turn.button === 'human') return { kind: 'ask-human' };
  if (turn.button === 'menu') return { kind: 'menu' };
  return recognise(turn.text, {
    first: state.turn === 0,
    request: state.request,
    offered: state.offer_pending,
    failed: state.failed,
    said: earlier,
    near: () => nearness(turn.text, earlier, context),
    ...(context.turns === undefined ? {} : { turns: context.turns }),
  });
}

/** A click that answers « which of the two? » goes on with the same request; any other only moves in the menu. */
function menuAct(menu: MenuChoice, state: BotState): Act {
  return choicesOf(state).length > 0 && menu.motif !== undefined ? { kind: 'question' } : { kind: 'menu' };
}

interface Met {
  readonly result: AnswerResult;
  readonly reply: BotReply | null;
  readonly choices: readonly string[];
}

/** What the bot has for this turn. */
function meet(
  act: Act,
  menu: MenuChoice | undefined,
  judged: Matter | undefined,
  state: BotState,
  turn: BotTurn,
  context: BotContext,
): Met {
  const { terms } = context;
  const said = { text: turn.text, at: turn.at };
  const chosen = menu?.motif === undefined ? undefined : answerFor({ ...said, motif: menu.motif }, terms)?.text;
  if (chosen !== undefined) return { result: 'answered', reply: canned(menu!.motif!, chosen), choices: [] };
  if (!isRequest(act.kind) || judged === undefined) return { result: 'answered', reply: null, choices: [] };
  if (turn.bot !== undefined) {
    const { result, text } = turn.bot;
    return { result, reply: text === undefined ? null : externalReply(text), choices: [] };
  }
  const refused = state.failures.filter(({ topic }) => topic === state.topic).map(({ motif }) => motif);
  if (act.no === true || act.kind === 'reformulation') refused.push(state.request?.motif ?? null);
  return answer(judged, {
    mode: context.mode,
    asked: choicesOf(state).length > 0,
    refused: act.kind === 'new-topic' ? [] : refused,
    book: context.book,
    terms,
    said,
  });
}

const LIFE = 'danger-vital';
const GRIEF = 'deuil-perinatal';

function replyTo(before: BotState, after: BotState, act: Act, met: BotReply | null, terms: BotTerms): BotReply | null {
  const say = (name: BotTextName): BotReply => sentence(terms, name);
  const fresh = after.flags.filter((flag) => !before.flags.includes(flag));
  // Even where a person has taken over, nobody who speaks of dying is left without the numbers.
  if (fresh.includes(LIFE)) return say('danger');
  if (isHanded(before)) return null;
  if (isHanded(after)) {
    if (fresh.includes(GRIEF) || after.flags.includes(GRIEF)) return say('grief');
    return say(fresh.length > 0 ? 'urgent' : 'handover');
  }
  if (after.status === 'offered' && before.status !== 'offered') return say('offer');
  if (met !== null) return met;
  if (before.offer_pending && !after.offer_pending) return say('declined');
  if (after.offer_pending) return say('still_offered');
  switch (act.kind) {
    case 'feedback-yes':
      return say('glad');
    case 'feedback-no':
      return say(after.request === null ? 'ask' : 'sorry');
    case 'menu':
      return say('menu');
    case 'smalltalk':
      return say(act.insults === true ? 'calm' : before.turn === 0 ? 'hello' : 'ask');
    default:
      return say('ask');
  }
}
