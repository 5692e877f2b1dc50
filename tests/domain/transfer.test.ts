import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planTransfer, type TransferAsk } from '../../domain/transfer.ts';
import { deskBook } from '../support/desk-book.ts';

const book = deskBook();
const ASK: TransferAsk = {
  from: 'n1',
  to: 'pole-pe',
  actor: 'agent',
  restricted: false,
  urgency: 3,
  pool_hops: 0,
  motif: 'carte-vitale',
};
const plan = (over: Partial<TransferAsk>) => planTransfer(book, { ...ASK, ...over });

describe('a transfer', () => {
  test.each([
    ['an agent’s, from level 1 to a pôle, is reviewed first', {}, 'analyse-prealable', true],
    ['from human triage to a pôle too', { from: 'tri-humain' }, 'analyse-prealable', true],
    ['to a direct circuit goes straight there', { to: 'elsm' }, 'elsm', false],
    ['to a pôle on the direct list too', { to: 'cis' }, 'cis', false],
    ['to the middle office is never held up', { to: 'middle-office' }, 'middle-office', false],
    ['to the supervisors of a life in danger neither', { to: 'urgence-vitale' }, 'urgence-vitale', false],
    ['between pôles needs no review', { from: 'pole-fds' }, 'pole-pe', false],
    ['back to level 1 neither', { from: 'pole-pe', to: 'n1' }, 'n1', false],
    ['by a référent is the review', { actor: 'referent', from: 'analyse-prealable' }, 'pole-pe', false],
    ['by a supervisor from level 1 goes straight', { actor: 'supervisor' }, 'pole-pe', false],
  ] as [string, Partial<TransferAsk>, string, boolean][])('%s', (_, over, queue, review) => {
    expect(plan(over)).toMatchObject({ ok: true, queue, review, wanted: over.to ?? 'pole-pe' });
  });

  test.each([
    ['to a queue nobody configured', { to: 'nulle-part' }, 'unknown-queue'],
    ['to where it is', { to: 'n1' }, 'same-queue'],
    ['to a pool by an agent', { to: 'pool.hainaut' }, 'pool-by-supervisor-only'],
    ['to a pool by a référent', { to: 'pool.hainaut', actor: 'referent' }, 'pool-by-supervisor-only'],
    ['to a pool of something reserved', { to: 'pool.hainaut', actor: 'supervisor', restricted: true }, 'pool-contract'],
    ['to a pool of something urgent', { to: 'pool.hainaut', actor: 'supervisor', urgency: 1 }, 'pool-contract'],
    ['to a pool a second time', { to: 'pool.hainaut', actor: 'supervisor', pool_hops: 1 }, 'pool-contract'],
    [
      'to a pool of a motif outside its contract',
      { to: 'pool.hainaut', actor: 'supervisor', motif: 'ij-calcul-montant' },
      'pool-contract',
    ],
    [
      'to a pool that does not relieve this queue',
      { to: 'pool.hainaut', actor: 'supervisor', from: 'pole-pe' },
      'pool-contract',
    ],
    ['by a partner to a pôle', { from: 'pool.hainaut', actor: 'partner' }, 'partner-hands-back-only'],
    [
      'by a partner to another pool',
      { from: 'pool.hainaut', to: 'pool.flandres', actor: 'partner' },
      'partner-hands-back-only',
    ],
  ] as [string, Partial<TransferAsk>, string][])('%s is refused', (_, over, why) => {
    expect(plan(over)).toEqual({ ok: false, why });
  });

  test('by a supervisor to a pool within its contract is a hand-over', () => {
    expect(plan({ to: 'pool.hainaut', actor: 'supervisor' })).toMatchObject({
      ok: true,
      queue: 'pool.hainaut',
      handed: 'pool.hainaut',
    });
  });

  test('out of a pool is a recall, by the partner or by us', () => {
    expect(plan({ from: 'pool.hainaut', to: 'n1', actor: 'partner' })).toMatchObject({
      ok: true,
      queue: 'n1',
      recalled: 'pool.hainaut',
    });
    expect(plan({ from: 'pool.hainaut', to: 'n1', actor: 'supervisor' })).toMatchObject({
      queue: 'n1',
      recalled: 'pool.hainaut',
    });
  });

  test('never puts anything reserved or urgent in a partner’s sight, whoever asks for it', () => {
    const ids = book.queues.map((queue) => queue.id);
    fc.assert(
      fc.property(
        fc.record({
          from: fc.constantFrom(...ids),
          to: fc.constantFrom(...ids),
          actor: fc.constantFrom('agent', 'referent', 'supervisor', 'partner'),
          restricted: fc.boolean(),
          urgency: fc.integer({ min: 0, max: 3 }),
          pool_hops: fc.integer({ min: 0, max: 2 }),
          motif: fc.constantFrom(null, 'carte-vitale', 'ij-calcul-montant'),
        }),
        (ask) => {
          const result = planTransfer(book, ask as TransferAsk);
          if (!result.ok || book.queues.find((queue) => queue.id === result.queue)?.kind !== 'partner') return;
          expect(ask).toMatchObject({ actor: 'supervisor', restricted: false, pool_hops: 0, motif: 'carte-vitale' });
          expect(ask.urgency).toBeGreaterThan(1);
        },
      ),
    );
  });
});
