import type { RulesCheck } from './rules-types.ts';

/** Failed scenarios do not keep a set from being a candidate; they do from being applied. */
export function loads({ problems }: { readonly problems: readonly { readonly severity: string }[] }): boolean {
  return problems.every(({ severity }) => severity !== 'error');
}

/** They are not played on rules that do not load. */
export function scenariosSaid({ run, failed }: RulesCheck['scenarios']): string {
  if (run === 0) return 'Aucun scénario n’a été joué.';
  return `Scénarios : ${run - failed.length} sur ${run} passent.`;
}
