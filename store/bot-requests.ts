import { next, type BotTurn } from '../domain/bot.ts';
import { happen, type Happening } from '../domain/bot/happenings.ts';
import { isHanded, isRequest, type Step } from '../domain/bot/machine.ts';
import { besideExternal, sentence, type BotReply } from '../domain/bot/replies.ts';
import { newBotState, type BotState } from '../domain/bot/state.ts';
import type { BotTerms } from '../domain/bot/terms.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import type { RowJob } from '../queues/contracts.ts';
import { insertBotMessage, noteTakenOver, wordsOf } from './bot-handover.ts';
import {
  answeredBefore,
  appendEntry,
  ENTRIES_MAX,
  insertTalk,
  lockTalk,
  saidIn,
  saveTalk,
  type BotTalk,
  type EntryKey,
} from './bot-talks.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { BotEntry, BotMember } from './schema-bot.ts';

/**
 * What a portal may ask, each in one transaction: the talk's row is held, the pure machine steps, and entry, state, events
 * and the message of a hand-over are written together with the answer. A death before the commit has changed nothing; after
 * it, the same Idempotency-Key gets the same answer, byte for byte.
 */
export interface BotBrain {
  readonly book: CompiledRulebook;
  readonly model: MotifModel;
  readonly terms: BotTerms;
  /** Crash points of the fault tests. */
  readonly at?: ((point: BotCrashPoint) => void) | undefined;
}

export type BotCrashPoint =
  'bot.admitted' | 'bot.locked' | 'bot.decided' | 'bot.written' | 'bot.committed' | 'bot.asked';

export interface Taken {
  /** JSON text. */
  readonly answer: string;
  /** To be enqueued for triage once the transaction has committed. */
  readonly jobs: readonly RowJob[];
  readonly urgent: boolean;
}

/** What every request is answered with. */
export interface BotAnswer {
  readonly id: string;
  readonly turn: number;
  readonly kind: string | null;
  readonly status: BotState['status'];
  readonly failed_requests: number;
  /** The member may have an adviser, and is being asked. */
  readonly offer: boolean;
  readonly handed_over: boolean;
  readonly outcome: 'answered' | 'offer-human' | 'immediate-human';
  readonly motif: string | null;
  readonly flags: readonly string[];
  readonly reply: BotReply | null;
}

export function answerOf(talk: string, state: BotState, kind: string | null, reply: BotReply | null): BotAnswer {
  return {
    id: talk,
    turn: state.turn,
    kind,
    status: state.status,
    failed_requests: state.failed,
    offer: state.offer_pending,
    handed_over: isHanded(state),
    outcome: state.outcome?.kind ?? 'answered',
    motif: state.motif,
    flags: state.flags,
    reply,
  };
}

/** Begins a talk. @throws AiguillageError IDEMPOTENCY_REUSED */
export async function startTalk(
  tx: Tx,
  brain: BotBrain,
  key: EntryKey,
  ask: { readonly account: string; readonly member: BotMember; readonly mode: 'embedded' | 'external' },
  now: Date,
): Promise<Taken> {
  const before = await answeredBefore(tx, key);
  if (before !== undefined) return repeated(before);
  const state = newBotState(now.toISOString());
  const talk = await insertTalk(tx, { portal: key.portal, ...ask, state }, now);
  const reply = ask.mode === 'embedded' ? sentence(brain.terms, 'hello') : null;
  const answer = JSON.stringify(answerOf(talk.id, state, null, reply));
  await appendEntry(tx, talk, { ...key, what: 'start', turn: 0, at: now, reply: reply?.text ?? null, answer });
  await saveTalk(tx, talk, { state, events: [] }, now, 1);
  const data = { bot: talk.id, portal: talk.portal, mode: talk.mode };
  await appendEvents(tx, SYSTEM, now, [{ type: 'bot.started', occurred_at: now, data }]);
  return { answer, jobs: [], urgent: false };
}

const repeated = (answer: string): Taken => ({ answer, jobs: [], urgent: false });

/** Takes a turn of the member in. @throws AiguillageError NOT_FOUND, BOT_STATE, BOT_LIMIT, IDEMPOTENCY_REUSED */
export async function takeTurn(
  tx: Tx,
  brain: BotBrain,
  key: EntryKey,
  id: string,
  ask: Omit<BotTurn, 'at'>,
  now: Date,
): Promise<Taken> {
  const { talk, before } = await open(tx, brain, key, id, now);
  if (before !== undefined) return repeated(before);
  const external = talk.mode === 'external';
  if (!external && ask.bot !== undefined) throw new AiguillageError('BOT_STATE', 'The embedded bot answers this talk.');
  const { book, model, terms } = brain;
  const at = now.toISOString();
  // An external bot that says nothing of its answer yet owes it; until then the answer is taken for a good one.
  const owed = external && ask.bot === undefined;
  const turn: BotTurn = { ...ask, at, ...(owed ? { bot: { result: 'answered' as const } } : {}) };
  const said = await saidIn(tx, talk.id);
  const step = next(talk.state, turn, { book, model, terms, mode: 'embedded', mailbox: terms.mailbox, now, said });
  brain.at?.('bot.decided');
  const answer_due_at =
    owed && isRequest(step.act.kind) && !isHanded(step.state) && step.state.request?.verdict === 'none'
      ? new Date(now.getTime() + terms.answer_timeout_ms)
      : null;
  const entry = { turn: step.state.turn, text: ask.text, kind: step.act.kind };
  const spoken = { ...entry, button: ask.button ?? null };
  const written = await handOver(tx, brain, talk, step, spoken, now);
  const shown = external ? besideExternal(step.reply, ask.bot?.text) : step.reply;
  const answer = JSON.stringify(answerOf(talk.id, step.state, step.act.kind, shown));
  const reply = external ? (ask.bot?.text ?? null) : (shown?.text ?? null);
  const motif = step.act.motif ?? null;
  const message_id = written.follows ?? null;
  await appendEntry(tx, talk, { ...key, ...spoken, what: 'turn', at: now, motif, reply, message_id, answer });
  await saveTalk(tx, talk, { ...pick(step), answer_due_at, ...written.columns }, now, 1);
  brain.at?.('bot.written');
  return { answer, jobs: written.jobs, urgent: written.urgent };
}

/** Only what the row has columns for. */
function pick({ state, events }: Step): Step {
  return { state, events };
}

/** The verdict of an external bot on an answer of its own that it owed. */
export interface Verdict {
  /** The member's turn it answers. */
  readonly turn: number;
  readonly result: 'answered' | 'clarify' | 'fallback' | 'timeout' | 'error';
  readonly text?: string | undefined;
}

/** @throws AiguillageError NOT_FOUND, BOT_STATE, BOT_LIMIT, IDEMPOTENCY_REUSED */
export async function takeVerdict(
  tx: Tx,
  brain: BotBrain,
  key: EntryKey,
  id: string,
  verdict: Verdict,
  now: Date,
): Promise<Taken> {
  const { talk, before } = await open(tx, brain, key, id, now);
  if (before !== undefined) return repeated(before);
  if (talk.mode !== 'external') throw new AiguillageError('BOT_STATE', 'The embedded bot answers this talk.');
  if (verdict.turn > talk.state.turn) throw new AiguillageError('BOT_STATE', 'There is no such turn yet.');
  const { result } = verdict;
  const failed = result === 'fallback' || result === 'timeout' || result === 'error';
  // An answer to a turn that another has followed is only kept for the transcript.
  const current = verdict.turn === talk.state.request?.turn;
  const step: Step =
    failed && current
      ? happen(talk.state, { what: 'answer-failed', cause: result }, brain.terms, now.toISOString())
      : { state: talk.state, events: [] };
  const offered = step.events.some(({ event }) => event === 'offered');
  const reply = offered ? sentence(brain.terms, 'offer') : null;
  const answer = JSON.stringify(answerOf(talk.id, step.state, null, reply));
  // Kept as said: the bot's own words. Whether the portal showed our offer, nobody here knows.
  await appendEntry(tx, talk, {
    ...key,
    what: 'answer',
    turn: verdict.turn,
    at: now,
    reply: verdict.text ?? null,
    answer,
  });
  await saveTalk(tx, talk, { ...step, ...(current ? { answer_due_at: null } : {}) }, now, 1);
  return { answer, jobs: [], urgent: false };
}

/** A click outside the text: accept or decline the offer, close. @throws AiguillageError as takeTurn */
export async function takeHappening(
  tx: Tx,
  brain: BotBrain,
  key: EntryKey,
  id: string,
  what: Extract<BotEntry, 'accept' | 'decline' | 'close'>,
  now: Date,
): Promise<Taken> {
  const { talk, before } = await open(tx, brain, key, id, now);
  if (before !== undefined) return repeated(before);
  const happening: Happening = { what };
  const step = happen(talk.state, happening, brain.terms, now.toISOString());
  brain.at?.('bot.decided');
  const name = what === 'accept' ? 'handover' : 'declined';
  const reply = step.events.length === 0 || what === 'close' ? null : sentence(brain.terms, name);
  const written = await handOver(tx, brain, talk, step, undefined, now);
  const answer = JSON.stringify(answerOf(talk.id, step.state, null, reply));
  const said = talk.mode === 'external' ? null : (reply?.text ?? null);
  await appendEntry(tx, talk, { ...key, what, turn: 0, at: now, reply: said, answer });
  const settled = isHanded(step.state) || what === 'close' ? { answer_due_at: null } : {};
  await saveTalk(tx, talk, { ...step, ...settled, ...written.columns }, now, 1);
  brain.at?.('bot.written');
  return { answer, jobs: written.jobs, urgent: written.urgent };
}

async function open(
  tx: Tx,
  brain: BotBrain,
  key: EntryKey,
  id: string,
  now: Date,
): Promise<{ talk: BotTalk; before: string | undefined }> {
  const talk = await lockTalk(tx, key.portal, id);
  brain.at?.('bot.locked');
  // Under the lock: a twin request waits for the first, then finds its answer.
  const before = await answeredBefore(tx, key);
  if (before !== undefined) return { talk, before };
  if (talk.entries >= ENTRIES_MAX) throw new AiguillageError('BOT_LIMIT');
  return { talk: await noteTakenOver(tx, talk, brain.terms, now), before };
}

interface Written {
  readonly jobs: readonly RowJob[];
  readonly urgent: boolean;
  readonly columns: { readonly handover_message?: string };
  /** The message this very turn became, after an earlier hand-over. */
  readonly follows?: string;
}

type Spoken = Parameters<typeof wordsOf>[0][number];

/** A step that leads to a person writes the message; so does each text that follows one. */
async function handOver(
  tx: Tx,
  brain: BotBrain,
  talk: BotTalk,
  { state }: Step,
  spoken: Spoken | undefined,
  now: Date,
): Promise<Written> {
  const { mailbox } = brain.terms;
  const job = (id: string): readonly RowJob[] => [{ id, rev: 0 }];
  if (isHanded(state) && talk.handover_message === null) {
    const earlier = await tx
      .selectFrom('bot_turn')
      .select(['turn', 'text', 'kind', 'button'])
      .where('bot_conversation_id', '=', talk.id)
      .where('what', '=', 'turn')
      .orderBy('turn')
      .execute();
    const body = wordsOf([...earlier, ...(spoken === undefined ? [] : [spoken])], state);
    const id = await insertBotMessage(tx, talk, { mailbox, body, marks: state.flags }, now);
    return { jobs: job(id), urgent: state.flags.length > 0, columns: { handover_message: id } };
  }
  if (talk.handover_message !== null && spoken !== undefined && spoken.button === null) {
    const marks = state.flags.filter((flag) => !talk.state.flags.includes(flag));
    const id = await insertBotMessage(tx, talk, { mailbox, body: spoken.text, marks }, now);
    return { jobs: job(id), urgent: marks.length > 0, columns: {}, follows: id };
  }
  return { jobs: [], urgent: false, columns: {} };
}
