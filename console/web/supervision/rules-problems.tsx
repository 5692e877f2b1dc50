import type { RulesProblem } from './rules-types.ts';

interface Props {
  readonly problems: readonly RulesProblem[];
  /** Leads to the line; without it the place is only told. */
  readonly onShow?: (problem: RulesProblem) => void;
}

export function RulesProblems({ problems, onShow }: Props) {
  return (
    <ul class="problems">
      {problems.map((problem, index) => (
        <li key={index} class={problem.severity === 'error' ? 'refuse' : 'warn'}>
          {onShow === undefined ? (
            `${problem.file}:${problem.line}:${problem.col}`
          ) : (
            <button type="button" class="plain" onClick={() => onShow(problem)}>
              {problem.file}:{problem.line}:{problem.col}
            </button>
          )}{' '}
          {problem.what}
          {problem.value !== undefined && ` « ${problem.value} »`}
          {problem.expected !== undefined && `, attendu : ${problem.expected}`}
          {problem.did_you_mean !== undefined && `. Vouliez-vous dire « ${problem.did_you_mean} » ?`}
        </li>
      ))}
    </ul>
  );
}
