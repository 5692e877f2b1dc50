import { useEffect, useRef, useState } from 'preact/hooks';
import type { MotifRow } from '../api/types.ts';
import { useKeys } from '../shell/keys.ts';
import type { Act, Reason } from './types.ts';

export interface Choice {
  readonly action: Act;
  readonly reason: string;
  readonly hint?: string;
  readonly motif?: string;
}

interface Props {
  readonly act: Act;
  readonly reasons: readonly Reason[];
  readonly motifs: readonly MotifRow[];
  readonly onChoice: (choice: Choice) => Promise<void>;
}

const DIGITS_MAX = 9;

/** The reasons of one decision: a digit chooses and decides at once. */
export function Decide({ act, reasons, motifs, onChoice }: Props) {
  const [hint, setHint] = useState('');
  const [motif, setMotif] = useState('');
  const first = useRef<HTMLElement>(null);
  useEffect(() => first.current?.focus(), []);
  const blocked = act === 'remotif' && motif === '';
  const choose = (reason: Reason): void => {
    if (blocked) return;
    void onChoice({
      action: act,
      reason: reason.id,
      ...(hint.trim() === '' ? {} : { hint }),
      ...(motif === '' ? {} : { motif }),
    });
  };
  useKeys(
    'Raisons',
    reasons.slice(0, DIGITS_MAX).map((reason, index) => ({
      key: String(index + 1),
      label: reason.label,
      run: () => choose(reason),
    })),
  );
  return (
    <fieldset class="decide">
      <legend>
        {act === 'approve' ? 'Accord' : act === 'return' ? 'Rendre au niveau 1' : 'Changer le motif'} : raison
      </legend>
      {act === 'remotif' && (
        <label>
          Motif
          <select
            ref={(node) => void (first.current = node)}
            value={motif}
            onChange={(event) => setMotif(event.currentTarget.value)}
          >
            <option value="">Choisir…</option>
            {motifs.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      {act === 'return' && (
        <label>
          Indication pour qui répondra (facultatif)
          <input value={hint} maxLength={500} onInput={(event) => setHint(event.currentTarget.value)} />
        </label>
      )}
      <ol class="reasons">
        {reasons.map((reason, index) => (
          <li key={reason.id}>
            <button
              type="button"
              disabled={blocked}
              ref={(node) => {
                if (index === 0 && act !== 'remotif') first.current = node;
              }}
              onClick={() => choose(reason)}
            >
              {index < DIGITS_MAX && <kbd>{index + 1}</kbd>} {reason.label}
            </button>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}
