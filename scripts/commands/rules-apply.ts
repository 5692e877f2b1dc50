import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { applyRulebook, rollbackRulebook } from '../../store/rulebook-changes.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';
import { readSet, requireScenarios } from './rules-sets.ts';

const DIGEST = /^[0-9a-f]{12,64}$/;
const REASON_CHARS_MAX = 300;
const HISTORY_MAX = 20;

/** `rules apply DIR --digest D`: the set that was simulated, and no other, decides from the next mail on. */
export const apply: StoreCommand = async ({ store, model, clock }, options) => {
  const wanted = (text(options, 'digest') ?? '').toLowerCase();
  if (!DIGEST.test(wanted)) throw new AiguillageError('BAD_INPUT', '--digest: 12 to 64 hexadecimal characters.');
  const unsimulated = text(options, 'unsimulated');
  if (unsimulated !== undefined && unsimulated.length > REASON_CHARS_MAX)
    throw new AiguillageError('BAD_INPUT', `--unsimulated: a reason of ${REASON_CHARS_MAX} characters at most.`);
  const set = await readSet(text(options, 'dir') ?? '');
  if (!set.digest.startsWith(wanted))
    throw new AiguillageError('RULES_OTHER_DIGEST', `The folder holds ${set.digest}, asked for ${wanted}.`);
  requireScenarios(set, await store.read(SYSTEM, model));
  const by = text(options, 'by');
  const from = await store.write(SYSTEM, (tx) => applyRulebook(tx, SYSTEM, { ...set, by, unsimulated }, clock()));
  if (options['json'] === true) return json({ active: set.digest, from: from ?? null });
  if (from === set.digest) return ok('Ces règles sont déjà en vigueur.\n');
  return ok(
    `En vigueur : ${set.digest.slice(0, 12)}${from === undefined ? '' : `, à la place de ${from.slice(0, 12)}`}. Les prochains courriels en dépendent ; \`rules rollback\` revient en arrière.\n`,
  );
};

/** `rules rollback [--to D]`: the set before this one, or one that was active once. */
export const rollback: StoreCommand = async ({ store, clock }, options) => {
  const asked = { to: text(options, 'to'), by: text(options, 'by') };
  const { from, digest } = await store.write(SYSTEM, (tx) => rollbackRulebook(tx, SYSTEM, asked, clock()));
  if (options['json'] === true) return json({ active: digest, from: from ?? null });
  if (from === digest) return ok('Ces règles sont déjà en vigueur.\n');
  return ok(
    `En vigueur : ${digest.slice(0, 12)}${from === undefined ? '' : `, à la place de ${from.slice(0, 12)}`}.\n`,
  );
};

const HOW = { seed: 'au départ', auto: 'automatique', apply: 'appliqué', rollback: 'retour arrière' } as const;

/** `rules history`: what was active when and by whom, what is proposed, what was simulated. */
export const history: StoreCommand = async ({ store }, options) => {
  const state = await store.read(SYSTEM, (tx) => rulesState(tx, HISTORY_MAX));
  if (options['json'] === true) return json(state);
  const short = (digest: string | null): string => digest?.slice(0, 12) ?? '';
  const at = (date: Date): string => date.toISOString().slice(0, 16).replace('T', ' ');
  const { active, history: past, proposals: proposed, simulations } = state;
  const blocks = [
    table(
      ['', 'règles', 'depuis (UTC)', 'par', 'comment', 'avant', 'raison'],
      past.map((entry, i) => [
        i === 0 ? '*' : '',
        short(entry.digest),
        at(entry.activated_at),
        entry.activated_by,
        HOW[entry.how],
        short(entry.from_digest),
        entry.reason,
      ]),
    ),
    proposed.length === 0
      ? ''
      : `Proposées\n${table(
          ['règles', 'le (UTC)', 'par', 'issue', ''],
          proposed.map((each) => [
            short(each.digest),
            at(each.proposed_at),
            each.source === 'folder' ? 'dossier' : each.proposed_by,
            each.outcome === 'refused' ? 'refusées' : each.digest === active?.digest ? 'en vigueur' : 'candidates',
            each.problems[0] ?? (each.gone.length === 0 ? '' : `sans ${each.gone.slice(0, 3).join(', ')}`),
          ]),
        )}`,
    simulations.length === 0
      ? ''
      : `Essayées\n${table(
          ['règles', 'contre', 'le (UTC)', 'par', 'courriels', 'déplacés'],
          simulations.map((each) => [
            short(each.digest),
            short(each.baseline),
            at(each.simulated_at),
            each.simulated_by,
            each.mails,
            each.moved,
          ]),
        )}`,
  ];
  return ok(blocks.filter((block) => block !== '').join('\n'));
};
