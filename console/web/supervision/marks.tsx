import { dateWords } from '../words/time.ts';
import { percent } from '../words/words.ts';
import type { Report } from './types.ts';

interface Props {
  readonly report: Report;
  readonly from: string;
  readonly to: string;
}

/** What figures are held against, and the days the way of working changed: before and after are not the same thing. */
export function Marks({ report, from, to }: Props) {
  const { references = [], regimes = [] } = report;
  const inside = regimes.filter(({ on }) => on > from && on <= to);
  return (
    <>
      {inside.map(({ on, label }) => (
        <p key={on} class="notice-line">
          {dateWords(on)} : {label}. Ce qui précède et ce qui suit ce jour ne se comparent pas.
        </p>
      ))}
      {references.length + regimes.length > 0 && (
        <details>
          <summary>Repères et changements de méthode</summary>
          <ul>
            {references.map((line) => (
              <li key={line.label}>
                Du {dateWords(line.from)} au {dateWords(line.to)} : {percent(line.share)} ({line.label}).
              </li>
            ))}
            {regimes.map(({ on, label }) => (
              <li key={on}>
                {dateWords(on)} : {label}.
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
