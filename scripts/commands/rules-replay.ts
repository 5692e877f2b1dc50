import { AiguillageError } from '../../domain/errors.ts';
import { replayStored } from '../../store/replays.ts';
import { json, text, type StoreCommand } from './context.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 10_000;
const LIMIT = 1_000;
const LIMIT_MAX = 1_000_000;
const WHY: Readonly<Record<string, string>> = {
  erased: 'texte effacé',
  engine: 'autre version du programme',
  model: 'modèle plus conservé',
  rulebook: 'règles plus lisibles',
  inputs: 'prises avant que tout soit conservé',
};

/** `rules replay [--since 30d] [--limit N]`: stored decisions made again; exit 1 when one comes out otherwise. */
export const replayCommand: StoreCommand = async ({ store, rulebook, model, clock }, options) => {
  const until = clock();
  const days = whole(options, 'since', /^(\d{1,5})d$/, 30, DAYS_MAX, 'un nombre de jours tel que 30d');
  const limit = whole(options, 'limit', /^(\d{1,7})$/, LIMIT, LIMIT_MAX, 'un nombre');
  const since = new Date(until.getTime() - days * DAY_MS);
  const report = await replayStored(store, { rulebook, model }, { since, until, limit });
  const exit = report.different.length === 0 ? 0 : 1;
  if (options['json'] === true) return json(report, exit);
  const left = Object.entries(report.not_replayable).map(([why, n]) => `${n} (${WHY[why] ?? why})`);
  const lines = [
    `${report.replayed} décisions refaites : ${report.equal} identiques, ${report.different.length} différentes${left.length === 0 ? '' : `, ${left.join(', ')} ne peuvent l’être`}.`,
    ...report.different.map(({ decision, fields }) => `  ${decision} : ${fields.join(', ')}`),
  ];
  return { exit, stdout: `${lines.join('\n')}\n` };
};

/** @throws AiguillageError BAD_INPUT */
function whole(
  options: Readonly<Record<string, unknown>>,
  name: string,
  form: RegExp,
  otherwise: number,
  max: number,
  expected: string,
): number {
  const given = text(options, name);
  if (given === undefined) return otherwise;
  const value = Number(form.exec(given)?.[1] ?? Number.NaN);
  if (value >= 1 && value <= max) return value;
  throw new AiguillageError('BAD_INPUT', `--${name} : ${expected}, de 1 à ${max}.`);
}
