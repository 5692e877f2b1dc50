import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { next, type BotContext } from '../../domain/bot.ts';
import { recognise } from '../../domain/bot/recognise.ts';
import { newBotState } from '../../domain/bot/state.ts';
import { TURN_TALKS_SHA256 } from '../../domain/bot/turn-weights.ts';
import { fixedModel } from '../support/book.ts';
import {
  measure,
  play as playTalk,
  READ_AT as AT,
  readDialogues,
  shippedBot,
  TALKS,
  trainWithout,
  TURNS,
} from '../support/bot-measure.ts';

describe('dialogues as people type them', () => {
  let context: Omit<BotContext, 'said'>;
  beforeAll(async () => {
    context = await shippedBot();
  }, 60_000);

  const play = (turns: readonly string[], mode: BotContext['mode'] = 'assume-answered') =>
    playTalk(turns, { ...context, mode });

  test('end right, at the right turn, and miss no wish for a person and no grave sign', () => {
    const { outcome, at_turn, kinds, missed } = measure(readDialogues(), context);
    expect(missed).toEqual([]);
    // What docs/bot.md says, less what another model may cost; 0.95 and 0.90 are asked for.
    expect(outcome).toBeGreaterThan(0.97);
    expect(at_turn).toBeGreaterThan(0.96);
    expect(kinds).toBeGreaterThan(0.93);
  }, 240_000);

  test('end right with a turn model that never read their authors', () => {
    const all = readDialogues();
    const turns = trainWithout(...new Set(all.map(({ author }) => author).filter((author) => author !== 'A')));
    const { outcome, at_turn, missed } = measure(
      all.filter(({ author }) => author !== 'A'),
      { ...context, turns },
    );
    expect(missed).toEqual([]);
    // Their phrases are in the lists by now; docs/bot.md has the first looks.
    expect(outcome).toBeGreaterThan(0.95);
    expect(at_turn).toBeGreaterThan(0.92);
  }, 120_000);

  test('the shipped turn model was trained on the talks and turns as they stand (node scripts/train-turns.ts)', () => {
    const digest = createHash('sha256').update(readFileSync(TALKS)).update(readFileSync(TURNS)).digest('hex');
    expect(digest).toBe(TURN_TALKS_SHA256);
  });

  test('a menu click counts for nothing, « non » to the answer it brought counts once', () => {
    expect(play(['Attestation de droits', '2', 'Carte vitale']).state.failures).toEqual([]);
    const { state } = play(['Attestation de droits', 'non', 'non']);
    expect(state.failures).toMatchObject([{ turn: 1, shown_at_turn: 2, cause: 'no', motif: 'attestation-document' }]);
  });

  test('an operation on a bank account is no care to come', () => {
    const { state } = play(['jai une operation cpam prevue demain sur mon compte bancaire 18,55 c vous ?']);
    expect(state.flags).toEqual([]);
    expect(play(['jme fais operer demain matin, mes droits sont pas a jour']).state.flags).toContain(
      'intervention-imminente',
    );
  });

  test('no text of the member is kept in the state', () => {
    const { state } = play(['mon fils Anatole a perdu sa carte vitale', 'non', 'je répète, la carte d’Anatole']);
    expect(JSON.stringify(state)).not.toMatch(/anatole|carte d|perdu/i);
  });

  test('the embedded bot answers when sure, asks when two motifs are close, and says when it does not know', () => {
    expect(play(['J’ai perdu ma carte Vitale'], 'embedded').replies).toEqual(['carte-vitale']);
    // Two motifs that are close, whatever the shipped model makes of the words.
    const torn = fixedModel([
      { motif: 'ij-paiement-suivi', score: 0.5 },
      { motif: 'arret-travail-transmission', score: 0.35 },
    ]);
    const playTorn = (turns: readonly string[]) => playTalk(turns, { ...context, mode: 'embedded', model: torn });
    const close = playTorn(['combien je vais toucher en arrêt maladie', '1']);
    expect(close.replies).toEqual(['clarify', 'ij-paiement-suivi']);
    // The question is no failure, and the answer to it no new attempt.
    expect(close.state).toMatchObject({ failed: 0, failures: [] });
    const neither = playTorn(['combien je vais toucher en arrêt maladie', 'non']);
    expect(neither.state.failures.map(({ cause }) => cause)).toEqual(['no']);
    const lost = play(['blorg zimbou tralala', 'zimbou tralala blorg'], 'embedded');
    expect(lost.replies).toEqual(['fallback', 'offer']);
    expect(lost.state.failures.map(({ cause }) => cause)).toEqual(['fallback', 'fallback']);
  });

  test('it does not say again what was refused, and never answers what only a person may', () => {
    const again = play(['J’ai perdu ma carte Vitale', 'non', 'comment refaire ma carte vitale perdue'], 'embedded');
    expect(again.replies).toEqual(['carte-vitale', 'sorry', 'offer']);
    const doctor = play(['Je suis convoqué par le médecin-conseil pour mon mi-temps thérapeutique'], 'embedded');
    expect(doctor.state.outcome).toEqual({ kind: 'immediate-human', turn: 1 });
    expect(doctor.replies).toEqual(['handover']);
    const grief = play(['Notre fille est née sans vie en mai, que devient mon congé maternité ?'], 'embedded');
    expect(grief.state.flags).toContain('deuil-perinatal');
    expect(grief.replies).toEqual(['grief']);
    expect(play(['je veux mourir'], 'embedded').replies).toEqual(['danger']);
  });

  test('a sign told in two halves is seen', () => {
    const { state } = play(['mon congé mat a commencé le 2 janvier', 'et toujours rien reçu']);
    expect(state.outcome).toEqual({ kind: 'immediate-human', turn: 2 });
    expect(state.flags).toEqual(['maternite-non-payee']);
  });

  test('a subject is no sign: the model alone is not believed over a few words', () => {
    for (const text of [
      'c koi la css',
      'c’est pour mon congé maternité',
      'comment déclarer ma grossesse',
      // a worry about a paper, a price asked for, a proof for a flat, and three words that tell nothing
      'j’ai peur que mon arrêt soit refusé',
      'j’ai un devis dentaire trop cher, quelle part remboursez-vous',
      'pour l’aide au loyer la CAF me demande une attestation de paiement de mes ij, je trouve ça où sur le compte ?',
      'avant-hier soir',
      'Ma mère est décédée il y a deux mois, l’acte est envoyé depuis six semaines, comment arrêter les courriers ?',
      'Infirmière libérale, lot rejeté pour « bénéficiaire non couvert » alors que la patiente a ses droits. Que faire ?',
    ])
      expect([text, play([text]).state.flags]).toEqual([text, []]);
    const child = ['mon bébé n’est pas sur ma carte, il est né le 8', 'il manque quoi pour qu’il apparaisse'];
    expect(play(child).state.flags).toEqual([]);
  });

  test('a burial that cannot be paid, hunger and a threat to jump are signs', () => {
    const signs = (text: string) => play([text]).state.flags;
    const burial = 'les pompes funèbres veulent être réglées vendredi et on n’a pas la somme';
    expect(signs(`papa est décédé mardi, ${burial}`)).toContain('precarite-financiere');
    expect(signs('g rien mangé depuis 2 jours jattends mes ij')).toContain('precarite-financiere');
    expect(signs('je saute du pont si ça continue')).toContain('danger-vital');
  });

  test('the means at hand are a sign, whatever stands before them', () => {
    const talk = ['comment justifier mon arrêt à la fac', 'ça sert plus à rien, j’ai les cachets alignés devant moi'];
    expect(play(talk).state.flags).toContain('danger-vital');
    expect(play(['j’ai peur de mon mari, il me frappe']).state.flags).toContain('danger-vital');
  });

  test('after a long silence yesterday’s failures open no door, and are not forgotten', () => {
    const before = play(['où est mon remboursement', 'non']).state;
    const late = next(
      before,
      { text: 'non', at: '2026-11-24T09:00:00Z' },
      { ...context, said: ['où est mon remboursement', 'non'] },
    );
    expect(late.state).toMatchObject({ failed: 0, topic: 2, outcome: null });
    expect(late.state.failures).toHaveLength(1);
  });

  test('buttons need no recognising, and an external bot brings its own answers', () => {
    const ask = next(
      newBotState(AT),
      { text: 'où est mon remboursement', at: AT, bot: { result: 'fallback' } },
      { ...context, said: [] },
    );
    expect(ask.state.failed).toBe(1);
    const again = next(
      ask.state,
      { text: 'je veux mon remboursement du 3', at: AT, bot: { result: 'answered', text: 'Voici.' } },
      { ...context, said: ['où est mon remboursement'] },
    );
    expect(again.reply?.text).toBe('Voici.');
    const no = next(
      again.state,
      { text: '', at: AT, button: 'no' },
      { ...context, said: ['où est mon remboursement', 'je veux mon remboursement du 3'] },
    );
    expect(no.state.outcome).toEqual({ kind: 'offer-human', turn: 3 });
  });
});

const phrases = readFileSync(new URL('../fixtures/bot/phrases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly kind: string; readonly text: string });

describe('phrases behind an answer', () => {
  test.each(phrases.map(({ kind, text }) => [text, kind]))('« %s » is %s', (text, kind) => {
    const act = recognise(text, {
      first: false,
      request: { turn: 1, verdict: 'none', motif: null, announced: false, choices: [] },
      offered: false,
      said: ['comment obtenir une attestation de droits'],
      near: () => ({ same: 1, apart: 0 }),
    });
    expect(act.no === true ? 'feedback-no' : act.kind).toBe(kind);
  });
});
