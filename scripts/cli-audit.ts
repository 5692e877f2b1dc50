import type { Command } from 'commander';
import { inFrench } from './french.ts';

type Options = Record<string, unknown>;
/** Runs a store command and prints its answer. */
type Run = (command: string, options: Options) => Promise<void>;

/** `audit verify`: the proof over the audit trail. */
export function auditCommands(program: Command, store: Run): void {
  const audit = program.command('audit').description('les traces : qui a lu, décidé, changé, envoyé');
  audit
    .command('verify')
    .description('vérifie que rien n’a été modifié, retiré ni déplacé depuis son scellement')
    .option('--head <numéro:empreinte>', 'tête de chaîne notée plus tôt : la chaîne doit encore y passer')
    .option('--json', 'un document JSON')
    .action((options: Options) => store('audit verify', options));
  inFrench(audit);
}
