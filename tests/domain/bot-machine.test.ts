import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { advance, answerFailed, type Act, type AnswerResult } from '../../domain/bot/machine.ts';
import { happen, type Happening } from '../../domain/bot/happenings.ts';
import { newBotState, TURN_KINDS, type BotState, type TurnKind } from '../../domain/bot/state.ts';
import type { BotTerms } from '../../domain/bot/terms.ts';

const AT = '2026-03-18T10:00:00Z';
const TERMS = { failed_requests_max: 2, ask_human: 'immediate' as const };

/** One turn as the machine meets it: what it is, what was said beside it, what the bot had to answer. */
interface Turn {
  readonly kind: TurnKind;
  readonly no?: boolean;
  readonly yes?: boolean;
  readonly result?: AnswerResult;
  readonly flag?: boolean;
  readonly refuses_attempt?: boolean;
}

const asks = (turn: Turn): boolean => ['question', 'reformulation', 'new-topic'].includes(turn.kind);

/**
 * Ruling 16 read over the whole history at once, without any state: which requests of the present topic have failed, by
 * what stands between them. Instants: what is said beside a request stands half a turn before it.
 */
function reading(turns: readonly Turn[], now: number, ask: 'immediate' | 'counts_as_failed'): number {
  const signs = (what: 'no' | 'yes'): number[] =>
    turns.flatMap((turn, i) =>
      turn.kind === `feedback-${what}` ? [i + 1] : turn[what] === true && asks(turn) ? [i + 0.5] : [],
    );
  const until = (list: readonly number[]): number[] => list.filter((at) => at <= now);
  const topic = Math.max(0, ...turns.flatMap((turn, i) => (turn.kind === 'new-topic' && i + 1 <= now ? [i + 1] : [])));
  // A « oui » settles what was said before it, in this topic.
  const settled = Math.max(topic - 1, 0, ...until(signs('yes')).filter((at) => at >= topic));
  const requests = turns.flatMap((turn, i) => (asks(turn) && i + 1 >= topic && i + 1 <= now ? [i + 1] : []));
  const asked = ask === 'immediate' ? [] : turns.flatMap((turn, i) => (turn.kind === 'ask-human' ? [i + 1] : []));
  let failed = 0;
  // Wishes for a person that met no open request are requests of their own, failed at once.
  const own = new Set<number>();
  const evidenceOf = (request: number, next: number): number[] => {
    const said = [...until(signs('no')), ...until(asked)]
      .filter((at) => at > request && at <= next)
      .sort((a, b) => a - b);
    const found = said.filter((at) => at > settled);
    const bot = turns[request - 1]!.result;
    if ((bot === 'fallback' || bot === 'timeout' || bot === 'error') && request > settled) found.unshift(request);
    const again = turns[next - 1];
    const quiet = ![...signs('no'), ...signs('yes'), ...asked].some((at) => at > request && at <= next);
    const bot_failed = bot === 'fallback' || bot === 'timeout' || bot === 'error';
    if (next <= now && again?.kind === 'reformulation' && quiet && !bot_failed && next > settled) found.push(next);
    return found;
  };
  requests.forEach((request, i) => {
    const next = requests[i + 1] ?? Number.POSITIVE_INFINITY;
    const evidence = evidenceOf(request, next);
    if (evidence.length > 0) failed += 1;
    // Once failed, a further wish for a person stands for itself.
    for (const at of asked.filter((wish) => wish > request && wish < next && wish <= now && wish > settled)) {
      const open_before = !evidence.some((each) => each < at) && ![...own].some((each) => each > request && each < at);
      if (!open_before) {
        own.add(at);
        failed += 1;
      }
    }
  });
  // The turn before was an attempt after all: one failure more, where a request stands that nobody was content with.
  turns.forEach(({ refuses_attempt }, i) => {
    const at = i + 0.5;
    const request = turns.findLastIndex((turn, k) => k < i && asks(turn)) + 1;
    const last = Math.max(...[...signs('yes'), ...signs('no')].filter((each) => each > request && each < at));
    const content = signs('yes').includes(last);
    if (refuses_attempt === true && request > 0 && !content && at <= now && at > settled && at > topic) failed += 1;
  });
  for (const at of asked) {
    if (at <= now && at > settled && at >= topic && !requests.some((request) => request < at)) failed += 1;
  }
  return failed;
}

interface Due {
  readonly kind: string;
  readonly turn: number;
}

/** When a person is due, and which way, read off the history; `before` is what was due a turn earlier. */
function verdict(turns: readonly Turn[], before: Due | null, ask: 'immediate' | 'counts_as_failed'): Due | null {
  const turn = turns.length;
  const { kind, flag, result } = turns[turn - 1]!;
  // The first call stands; only a grave sign outranks an offer.
  if (flag === true && before?.kind !== 'immediate-human') return { kind: 'immediate-human', turn };
  if (before !== null) return before;
  if (kind === 'ask-human' && ask === 'immediate') return { kind: 'immediate-human', turn };
  if (reading(turns, turn - 0.5, ask) >= 2 || reading(turns, turn, ask) >= 2) return { kind: 'offer-human', turn };
  return asks(turns[turn - 1]!) && result === 'human' ? { kind: 'immediate-human', turn } : null;
}

function step(state: BotState, turn: Turn, ask: 'immediate' | 'counts_as_failed' = 'immediate') {
  const act: Act = {
    kind: turn.kind,
    ...(turn.no === undefined ? {} : { no: turn.no }),
    ...(turn.yes === undefined ? {} : { yes: turn.yes }),
    ...(turn.refuses_attempt === undefined ? {} : { refuses_attempt: turn.refuses_attempt }),
    flags: turn.flag === true ? ['danger-vital'] : [],
    motif: null,
  };
  return advance(state, act, turn.result ?? 'answered', { ...TERMS, ask_human: ask }, AT);
}

/** Plays every sequence over `alphabet` up to `depth` turns and compares each with the reading of the ruling. */
function exhaust(alphabet: readonly Turn[], depth: number, ask: 'immediate' | 'counts_as_failed'): number {
  let seen = 0;
  const walk = (state: BotState, turns: readonly Turn[], offers: number, before: Due | null): void => {
    for (const turn of alphabet) {
      const history = [...turns, turn];
      const { state: after, events } = step(state, turn, ask);
      const offered = offers + events.filter(({ event }) => event === 'offered').length;
      seen += 1;
      const expected = verdict(history, before, ask);
      const got = after.outcome;
      if (got?.kind !== expected?.kind || got?.turn !== expected?.turn || offered > 1) {
        throw new Error(
          `${history.map(({ kind, no, yes, result }) => [kind, no && 'no', yes && 'yes', result].filter(Boolean).join('+')).join(' → ')}: ` +
            `got ${JSON.stringify(got)}, ${offered} offers; the ruling says ${JSON.stringify(expected)}`,
        );
      }
      if (expected === null) {
        const count = reading(history, history.length, ask);
        if (after.failed !== count) throw new Error(`${JSON.stringify(history)}: counts ${after.failed}, not ${count}`);
      }
      if (history.length < depth) walk(after, history, offered, expected);
    }
  };
  walk(newBotState(AT), [], 0, null);
  return seen;
}

const KINDS: readonly Turn[] = TURN_KINDS.map((kind) => ({ kind }));
const BESIDE: readonly Turn[] = [
  { kind: 'reformulation', no: true },
  { kind: 'new-topic', no: true },
  { kind: 'question', yes: true },
  { kind: 'new-topic', yes: true },
  { kind: 'question', result: 'fallback' },
  { kind: 'reformulation', result: 'timeout' },
  { kind: 'new-topic', result: 'error' },
  { kind: 'question', result: 'clarify' },
  { kind: 'question', result: 'human' },
  { kind: 'smalltalk', flag: true },
  { kind: 'feedback-no', refuses_attempt: true },
  { kind: 'reformulation', refuses_attempt: true },
];

describe('the rule of the two failed requests', () => {
  test('every sequence of up to six turns over all kinds obeys ruling 16', () => {
    expect(exhaust(KINDS, 6, 'immediate')).toBe(8 + 8 ** 2 + 8 ** 3 + 8 ** 4 + 8 ** 5 + 8 ** 6);
  });

  test('so does every sequence of four turns with what is said beside a kind, and with a bot that fails', () => {
    expect(exhaust([...KINDS, ...BESIDE], 4, 'immediate')).toBe(20 + 20 ** 2 + 20 ** 3 + 20 ** 4);
  });

  test('and where a wish for a person counts as a failed request', () => {
    expect(exhaust([...KINDS, ...BESIDE.slice(0, 5)], 4, 'counts_as_failed')).toBe(13 + 13 ** 2 + 13 ** 3 + 13 ** 4);
  });

  test.each([
    ['two « non » on one request count one', ['question', 'feedback-no', 'feedback-no', 'feedback-no'], null, 1],
    ['a reformulation shows that the answer failed', ['question', 'reformulation'], null, 1],
    ['after « non » it is the next attempt', ['question', 'feedback-no', 'reformulation'], null, 1],
    ['whose own failure is the second', ['question', 'feedback-no', 'reformulation', 'feedback-no'], 4, 2],
    ['menus and small talk never count', ['menu', 'smalltalk', 'question', 'menu', 'smalltalk', 'menu'], null, 0],
    ['another subject begins anew', ['question', 'feedback-no', 'new-topic', 'feedback-no'], null, 1],
    ['one more question is no failure', ['question', 'question', 'question'], null, 0],
    ['« non » before any question is nothing', ['feedback-no', 'feedback-no', 'question'], null, 0],
    [
      '« merci » settles the account',
      ['question', 'feedback-no', 'reformulation', 'feedback-yes', 'question', 'feedback-no'],
      null,
      1,
    ],
  ] as const)('%s', (_name, kinds, offered_at, failed) => {
    let state = newBotState(AT);
    for (const kind of kinds) state = step(state, { kind }).state;
    expect(state.outcome).toEqual(offered_at === null ? null : { kind: 'offer-human', turn: offered_at });
    expect(state.failed).toBe(failed);
  });

  test('an offer is taken up by « oui », put off by « non » or « non merci », and left standing by small talk', () => {
    const offered = ['question', 'reformulation', 'reformulation'].reduce(
      (state, kind) => step(state, { kind: kind as TurnKind }).state,
      newBotState(AT),
    );
    expect(offered.status).toBe('offered');
    expect(step(offered, { kind: 'feedback-yes' }).events).toContainEqual({ event: 'accepted', turn: 4, by: 'member' });
    const declined = step(offered, { kind: 'feedback-no' });
    expect(declined.events).toContainEqual({ event: 'declined', turn: 4 });
    expect(declined.state.status).toBe('offered');
    const thanks = advance(offered, { kind: 'feedback-yes', no_thanks: true }, 'answered', TERMS, AT);
    expect(thanks.state.status).toBe('offered');
    const chat = step(offered, { kind: 'smalltalk' }).state;
    expect(step(chat, { kind: 'feedback-yes' }).state.status).toBe('accepted');
    // Asking for the person that was offered takes the offer up; it stays an offer in the figures.
    const asked = step(declined.state, { kind: 'ask-human' });
    expect(asked.state).toMatchObject({ status: 'accepted', outcome: { kind: 'offer-human', turn: 3 } });
  });

  test('a grave sign after an offer, or after the hand-over, still calls a person at once', () => {
    const offered = ['question', 'reformulation', 'reformulation'].reduce(
      (state, kind) => step(state, { kind: kind as TurnKind }).state,
      newBotState(AT),
    );
    expect(step(offered, { kind: 'question', flag: true }).state.outcome).toEqual({ kind: 'immediate-human', turn: 4 });
    const handed = happen(step(offered, { kind: 'feedback-yes' }).state, { what: 'handed' }, FULL, AT).state;
    const grave = step(handed, { kind: 'smalltalk', flag: true });
    expect(grave.state.outcome).toEqual({ kind: 'immediate-human', turn: 5 });
    expect(grave.events).toContainEqual({ event: 'flagged', turn: 5, flags: ['danger-vital'] });
  });

  test('each failed request is kept with its turn, what showed it and why', () => {
    let state = newBotState(AT);
    for (const turn of [
      { kind: 'question', result: 'fallback' },
      { kind: 'new-topic' },
      { kind: 'reformulation' },
      { kind: 'feedback-no' },
    ] as const)
      state = step(state, turn).state;
    expect(state.failures).toEqual([
      { topic: 1, turn: 1, shown_at_turn: 1, cause: 'fallback', motif: null },
      { topic: 2, turn: 2, shown_at_turn: 3, cause: 'reformulation', motif: null },
      { topic: 2, turn: 3, shown_at_turn: 4, cause: 'no', motif: null },
    ]);
  });
});

const FULL: BotTerms = {
  ...TERMS,
  mailbox: 'espace-echanges',
  human_motifs: [],
  answer_min: 0.7,
  clarify_second_min: 0.2,
  clarify_together_min: 0.7,
  idle_minutes: 30,
  forget_hours: 24,
  answer_timeout_ms: 8_000,
  menu: [],
  texts: {} as BotTerms['texts'],
  answers: {},
};

describe('what happens besides turns', () => {
  const asked = step(newBotState(AT), { kind: 'question' }).state;

  test('an answer that never came is a failed request, once', () => {
    const late = answerFailed(asked, 'timeout', FULL, AT);
    expect(late.state.failed).toBe(1);
    expect(answerFailed(late.state, 'timeout', FULL, AT)).toEqual({ state: late.state, events: [] });
    const second = answerFailed(step(late.state, { kind: 'reformulation' }).state, 'error', FULL, AT);
    expect(second.state).toMatchObject({ status: 'offered', outcome: { kind: 'offer-human', turn: 2 } });
  });

  test('a person who takes over silences the bot, whatever is said then', () => {
    const silenced = happen(asked, { what: 'take-over' }, FULL, AT).state;
    const after = step(step(silenced, { kind: 'feedback-no' }).state, { kind: 'reformulation' });
    expect(after.state).toMatchObject({ status: 'silenced', failed: 0, outcome: null });
    expect(after.events.map(({ event }) => event)).toEqual(['turn']);
  });

  test('silence closes a talk and a later turn opens it again, with its offer', () => {
    const offered = answerFailed(
      step(answerFailed(asked, 'error', FULL, AT).state, { kind: 'question' }).state,
      'error',
      FULL,
      AT,
    ).state;
    const soon = happen(offered, { what: 'tick' }, FULL, '2026-03-18T10:29:00Z');
    expect(soon.events).toEqual([]);
    const closed = happen(offered, { what: 'tick' }, FULL, '2026-03-18T10:30:00Z');
    expect(closed.events).toEqual([{ event: 'closed', by: 'idle' }]);
    const back = step(closed.state, { kind: 'smalltalk' });
    expect(back.events).toContainEqual({ event: 'resumed', turn: 3 });
    expect(back.state.status).toBe('offered');
  });

  const happening = fc.constantFrom<Happening>(
    { what: 'accept' },
    { what: 'decline' },
    { what: 'handed' },
    { what: 'take-over' },
    { what: 'close' },
    { what: 'tick' },
    { what: 'answer-failed', cause: 'timeout' },
  );
  const turn = fc.constantFrom(...KINDS, ...BESIDE);

  test('sent twice, each happening changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 6 }), happening, (turns, what) => {
        const state = turns.reduce((each, one) => step(each, one).state, newBotState(AT));
        const once = happen(state, what, FULL, AT);
        const twice = happen(once.state, what, FULL, AT);
        expect(twice.events).toEqual([]);
        expect(twice.state).toEqual(once.state);
      }),
    );
  });

  test('a state is plain data: written down and read back between any two turns, the talk goes on the same', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(turn, happening), { maxLength: 8 }), (steps) => {
        let kept = newBotState(AT);
        let read = newBotState(AT);
        let offers = 0;
        for (const each of steps) {
          const go = (state: BotState) => ('what' in each ? happen(state, each, FULL, AT) : step(state, each));
          const next = go(kept);
          kept = next.state;
          read = go(JSON.parse(JSON.stringify(read)) as BotState).state;
          offers += next.events.filter(({ event }) => event === 'offered').length;
        }
        expect(read).toEqual(kept);
        expect(offers).toBeLessThanOrEqual(1);
        expect(kept.failures.length).toBeGreaterThanOrEqual(kept.failed);
      }),
    );
  });
});
