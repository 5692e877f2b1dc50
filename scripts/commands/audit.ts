import { counted } from '../../domain/counted.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { verifyAudit, type AuditCheck } from '../../store/audit-chain.ts';
import { json, table, text, type StoreCommand } from './context.ts';

/** `audit verify [--head SEQ:HASH]`: walks along the chain over the audit trail; exit 1 when anything is not as it was sealed. */
export const verify: StoreCommand = async ({ store, clock }, options) => {
  const check = await verifyAudit(store, clock(), headOf(text(options, 'head')));
  const exit = check.ok ? 0 : 1;
  return options['json'] === true ? json(check, exit) : { exit, stdout: asText(check) };
};

function headOf(given: string | undefined): { seq: number; hash: string } | undefined {
  if (given === undefined) return undefined;
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (seq === undefined || hash === undefined)
    throw new AiguillageError('BAD_INPUT', '--head: expected what `audit verify` printed as head, number:hash.');
  return { seq: Number(seq), hash };
}

const KINDS: Readonly<Record<AuditCheck['problems'][number]['kind'], string>> = {
  altered: 'modifiée depuis son scellement',
  missing: 'scellée et disparue',
  seal: 'sceau modifié',
  gap: 'sceaux manquants avant celui-ci',
  head: 'la chaîne n’est plus celle qui avait été notée',
  unwatched: 'ni scellée ni en attente de l’être',
};

function asText(check: AuditCheck): string {
  const { ok, rows, sealed, head, problems, problem_count, unsealed, unsealed_seconds } = check;
  const lines = [
    `${counted(rows, 'trace')}, ${counted(sealed, 'scellée')}.`,
    `En attente de leur sceau : ${unsealed}${unsealed === 0 ? '' : `, la plus ancienne depuis ${unsealed_seconds} s`}.`,
    ...(head === null ? [] : [`Tête de chaîne à noter ailleurs : ${head}`]),
    ok ? 'Rien n’a été modifié.' : problem_count === 0 ? 'Personne ne scelle plus.' : '',
  ].filter((line) => line !== '');
  const named = problems.map((problem) => [problem.event, 'seq' in problem ? problem.seq : '–', KINDS[problem.kind]]);
  return [
    `${lines.join('\n')}\n`,
    ...(problem_count === 0 ? [] : [table(['trace', 'sceau', 'problème'], named)]),
    ...(problem_count > problems.length ? [`et ${problem_count - problems.length} autres.\n`] : []),
  ].join('');
}
