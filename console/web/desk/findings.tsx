import type { Check } from './use-check.ts';

interface Props {
  readonly check: Check;
  readonly onShow: (start: number, end: number) => void;
}

/** What the linter says, while one writes; each remark leads to the words it is about. */
export function Findings({ check, onShow }: Props) {
  const { refused, findings } = check;
  return (
    <div class="findings" role="status" aria-label="Relecture">
      {refused !== null && <p class="problem-line">{refused}</p>}
      {findings.length > 0 && (
        <ul>
          {findings.map((finding, index) => (
            <li key={index} class={finding.severity}>
              {finding.severity === 'refuse' ? 'À corriger : ' : 'Conseil : '}
              {finding.message}{' '}
              {finding.end > finding.start && (
                <button type="button" class="plain" onClick={() => onShow(finding.start, finding.end)}>
                  Voir le passage
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
