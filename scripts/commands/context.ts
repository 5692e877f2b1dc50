import type { Logger } from 'pino';
import { AiguillageError } from '../../domain/errors.ts';
import type { MotifModel } from '../../domain/facts.ts';
import type { CompiledRulebook } from '../../domain/match.ts';
import type { ResolvedConnection } from '../../mail/connection.ts';
import type { Queues } from '../../queues/queues.ts';
import type { Store, Tx } from '../../store/database.ts';

/** What a command that needs the store is given: in the CLI's own process, or in the running one through its socket. */
export interface CommandContext {
  readonly store: Store;
  readonly queues: Queues;
  /** The active one, or the one of a digest. */
  readonly rulebook: (tx: Tx, of?: string) => Promise<CompiledRulebook>;
  readonly model: (tx: Tx, of?: string) => Promise<MotifModel>;
  readonly connections: ReadonlyMap<string, ResolvedConnection>;
  readonly clock: () => Date;
  readonly log: Logger;
}

export interface CommandOutput {
  /** 0 fine, 1 problems found, 2 wrong use. */
  readonly exit: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr?: string;
}

export type StoreCommand = (
  context: CommandContext,
  options: Readonly<Record<string, unknown>>,
) => Promise<CommandOutput>;

export const ok = (stdout: string): CommandOutput => ({ exit: 0, stdout });
export const json = (value: unknown, exit: CommandOutput['exit'] = 0): CommandOutput => ({
  exit,
  stdout: `${JSON.stringify(value)}\n`,
});

/** Plain columns for a person; the widest cell decides. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

/** An option that names a row. @throws AiguillageError BAD_INPUT */
export function rowId(options: Readonly<Record<string, unknown>>, name: string): string {
  const value = text(options, name) ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
    throw new AiguillageError('BAD_INPUT', `${name}: "${value.slice(0, 60)}" is not an identifier such as 019a2b3c-….`);
  }
  return value;
}

/** An option that must be text. */
export function text(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
