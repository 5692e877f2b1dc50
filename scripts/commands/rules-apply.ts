import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { applyRulebook, DIGEST_START, rollbackRulebook } from '../../store/rulebook-changes.ts';
import type { Proposal } from '../../store/rulebook-proposals.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { json, ok, table, text, type CommandOutput, type StoreCommand } from './context.ts';
import { ownFolderNote, readSet, requireScenarios } from './rules-sets.ts';

const REASON_CHARS_MAX = 300;
const HISTORY_MAX = 20;

/** `rules apply DIR --digest D`: the set that was simulated, and no other, decides from the next mail on. */
export const apply: StoreCommand = async ({ store, model, clock }, options) => {
  const wanted = (text(options, 'digest') ?? '').toLowerCase();
  if (!DIGEST_START.test(wanted))
    throw new AiguillageError('BAD_INPUT', '--digest : de 8 à 64 signes, chiffres et lettres de a à f.');
  const unsimulated = text(options, 'unsimulated');
  if (unsimulated !== undefined && unsimulated.length > REASON_CHARS_MAX)
    throw new AiguillageError('BAD_INPUT', `--unsimulated : une raison de ${REASON_CHARS_MAX} signes au plus.`);
  const set = await readSet(text(options, 'dir') ?? '');
  if (!set.digest.startsWith(wanted))
    throw new AiguillageError('RULES_OTHER_DIGEST', `Le dossier contient ${set.digest}, vous demandez ${wanted}.`);
  requireScenarios(set, await store.read(SYSTEM, model));
  const by = text(options, 'by');
  const from = await store.write(SYSTEM, (tx) => applyRulebook(tx, SYSTEM, { ...set, by, unsimulated }, clock()));
  const warning = await ownFolderNote(set.digest, 'apply');
  if (options['json'] === true) return json({ active: set.digest, from: from ?? null, warning });
  if (from === set.digest) return warned('Ces règles sont déjà en vigueur.', warning);
  return warned(
    `En vigueur : ${set.digest.slice(0, 12)}${from === undefined ? '' : `, à la place de ${from.slice(0, 12)}`}. Les prochains courriels en dépendent ; \`rules rollback\` revient en arrière.`,
    warning,
  );
};

function warned(said: string, warning: string | null): CommandOutput {
  return ok(`${said}\n${warning === null ? '' : `${warning}\n`}`);
}

/** `rules rollback [--to D]`: one step further back each time, or to a set that was active once. */
export const rollback: StoreCommand = async ({ store, clock }, options) => {
  const asked = { to: text(options, 'to'), by: text(options, 'by') };
  const { from, digest } = await store.write(SYSTEM, (tx) => rollbackRulebook(tx, SYSTEM, asked, clock()));
  const warning = await ownFolderNote(digest, 'rollback');
  if (options['json'] === true) return json({ active: digest, from: from ?? null, warning });
  if (from === digest) return warned('Ces règles sont déjà en vigueur.', warning);
  return warned(
    `En vigueur : ${digest.slice(0, 12)}${from === undefined ? '' : `, à la place de ${from.slice(0, 12)}`}.`,
    warning,
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
  const issue = ({ digest, outcome }: Proposal): string =>
    outcome === 'refused'
      ? 'refusées'
      : digest === active?.digest
        ? 'en vigueur'
        : state.withdrawn.includes(digest)
          ? 'candidates, retirées'
          : 'candidates';
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
            issue(each),
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
