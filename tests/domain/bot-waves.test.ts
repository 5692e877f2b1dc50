import { describe, expect, test } from '@jest/globals';
import { next } from '../../domain/bot.ts';
import { newBotState } from '../../domain/bot/state.ts';
import type { WaveAnswer } from '../../domain/wave/bot.ts';
import { botBook, cardModel } from '../support/bot-book.ts';

const AT = '2026-11-24T09:00:00.000Z';
const wave = (over: Partial<WaveAnswer>): WaveAnswer => ({
  id: 'w',
  label: 'Cartes bloquées',
  answer: 'Un incident touche les cartes depuis ce matin ; il sera réparé demain.',
  motif: 'carte-vitale',
  phrases: [],
  ends_at: '2026-11-25T09:00:00.000Z',
  ...over,
});

function ask(text: string, waves: readonly WaveAnswer[], at = AT) {
  const book = botBook();
  const terms = { ...book.bot!, waves };
  const context = {
    book,
    model: cardModel,
    terms,
    mode: 'embedded' as const,
    mailbox: terms.mailbox,
    now: new Date(at),
  };
  return next(newBotState(at), { text, at }, { ...context, said: [] }).reply;
}

describe('an active wave', () => {
  test('is said instead of the answer of its motif, until it ends', () => {
    expect(ask('ma carte ne marche plus', [wave({})])?.text).toBe(wave({}).answer);
    expect(ask('ma carte ne marche plus', [])?.text).toBe('Une carte perdue se remplace gratuitement.');
    expect(ask('ma carte ne marche plus', [wave({})], '2026-11-25T09:00:00.000Z')?.text).not.toBe(wave({}).answer);
  });

  test('with words of its own is said to whoever writes them, and to nobody else', () => {
    const strike = wave({ motif: null, phrases: ['site en panne'] });
    expect(ask('bonjour, le site en panne c’est jusqu’à quand', [strike])?.text).toBe(strike.answer);
    expect(ask('ma carte est perdue', [strike])?.text).toBe('Une carte perdue se remplace gratuitement.');
    expect(ask('blorg zimbou', [strike])?.id).toBe('fallback');
  });

  test('keeps nobody in danger from a person', () => {
    const everywhere = wave({ motif: null, phrases: ['carte'] });
    expect(ask('ma carte ne marche plus et je veux me suicider', [everywhere])?.id).toBe('danger');
  });
});
