import { describe, expect, test } from '@jest/globals';
import { attemptOf, refusesAttempt } from '../../domain/bot/attempts.ts';
import type { BotRequest } from '../../domain/bot/state.ts';
import type { TurnReading } from '../../domain/bot/turn-model.ts';

const NOTHING: TurnReading = { yes: 0, no: 0, small: 0, again: 0, ask: 0, human: 0 };
const complaint: TurnReading = { ...NOTHING, no: 0.7, again: 0.29, yes: 0.01 };
const request = (verdict: BotRequest['verdict'], attempt?: number): BotRequest => ({
  turn: 1,
  verdict,
  motif: null,
  announced: false,
  ...(attempt === undefined ? {} : { attempt }),
  choices: [],
});
const said = (text: string) => ` ${text} `;

describe('what a turn was may show only in the next one', () => {
  test.each([
    ['a refusal keeps how surely it told the need again', { ...NOTHING, no: 0.75, again: 0.25 }, 'no', 0.25],
    ['a question keeps how surely it refused', { ...NOTHING, ask: 0.9, again: 0.06, no: 0.02 }, 'ask', 0.08],
    ['an attempt that is one keeps nothing', { ...NOTHING, again: 0.9, no: 0.1 }, 'again', 0],
    ['thanks keep nothing', { ...NOTHING, yes: 0.9, no: 0.1 }, 'yes', 0],
  ] as const)('%s', (_name, reading, kind, kept) => expect(attemptOf(reading, kind)).toBe(kept));

  const afresh = () => complaint;
  test.each([
    ['« j’ai déjà fait l’annuaire », then a complaint: two answers failed', request('failed', 0.1), 'no', false, true],
    ['a bare « non » keeps nothing: two count one (ruling 16)', request('failed'), 'no', false, false],
    ['a question behind a refusal is the next attempt (ruling 16)', request('failed', 0.4), 'again', true, false],
    ['told again without asking, it complains', request('failed', 0.4), 'again', false, true],
    ['thanks end it', request('satisfied', 0.4), 'no', false, false],
    ['who says yes complains of nothing', request('failed', 0.4), 'yes', false, false],
  ] as const)('%s', (_name, before, kind, asks, expected) => {
    expect(refusesAttempt({ text: said('inutile'), request: before, kind, asks, afresh })).toBe(expected);
  });

  test('a complaint that would be none of a fresh answer refuses no attempt', () => {
    const weak = () => ({ ...NOTHING, no: 0.4, small: 0.6 });
    const before = request('failed', 0.4);
    expect(refusesAttempt({ text: said('bof'), request: before, kind: 'no', asks: false, afresh: weak })).toBe(false);
  });

  test.each([
    ['vous me reparlez de la solidaire', true],
    ['toujours la meme page', true],
    ['mauvaise pioche une deuxieme fois', true],
    ['re l annuaire', true],
    ['je viens de l ecrire', true],
    ['you keep sending the same link', true],
    ['inutile', false],
    ['remboursement refuse', false],
    ['elle est en repos', false],
    ['vous me renvoyez vers eux', true],
    ['je recois rien', false],
  ])('behind a question that may have refused, « %s » says that it comes again: %s', (text, expected) => {
    const before = request('none', 0.05);
    expect(refusesAttempt({ text: said(text), request: before, kind: 'no', asks: false, afresh })).toBe(expected);
    expect(refusesAttempt({ text: said(text), request: request('none', 0), kind: 'no', asks: false, afresh })).toBe(
      false,
    );
  });
});
