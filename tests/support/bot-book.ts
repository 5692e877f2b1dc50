import type { BotTerms } from '../../domain/bot/terms.ts';
import { BOT_TEXT_NAMES, type BotTexts } from '../../domain/bot/terms.ts';
import type { MotifInput, MotifModel, RankedMotif } from '../../domain/facts.ts';
import type { CompiledRulebook } from '../../domain/match.ts';
import { testBook } from './book.ts';

/** A small set with a bot, and a model that knows one word: the shipped ones take seconds to load. */
const TERMS: BotTerms = {
  mailbox: 'espace-echanges',
  failed_requests_max: 2,
  ask_human: 'immediate',
  human_motifs: ['service-medical-ald'],
  answer_min: 0.75,
  clarify_second_min: 0.2,
  clarify_together_min: 0.7,
  idle_minutes: 30,
  forget_hours: 24,
  answer_timeout_ms: 8_000,
  menu: [{ label: 'Carte Vitale', also: ['Carte'], motif: 'carte-vitale' }],
  texts: Object.fromEntries(BOT_TEXT_NAMES.map((name) => [name, `Phrase « ${name} ».`])) as BotTexts,
  answers: { 'carte-vitale': 'Une carte perdue se remplace gratuitement.' },
};

export function botBook(terms: Partial<BotTerms> = {}): CompiledRulebook {
  const base = testBook();
  const profile = base.mailboxes[0]!;
  const espace = { ...profile, id: 'espace-echanges', label: 'Espace d’échanges', address: 'espace@cpam.example' };
  return testBook({
    bot: { ...TERMS, ...terms },
    mailboxes: [profile, { ...espace, reply_via: 'account-api', open_mail: false }],
  });
}

/** Sure of « carte », and of nothing else. */
export const cardModel: MotifModel = {
  digest: 'card',
  rank: ({ body, subject }: MotifInput): readonly RankedMotif[] =>
    /carte/i.test(`${subject} ${body}`)
      ? [{ motif: 'carte-vitale', score: 0.97 }]
      : [{ motif: 'compte-ameli-acces', score: 0.2 }],
  evidence: () => [],
};
