import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../shell/keys.ts';
import { scrollTo, windowOf } from './virtual.ts';

interface Props<T> {
  readonly label: string;
  readonly rows: readonly T[];
  /** Rows there are in all, when more can be fetched. */
  readonly more: boolean;
  readonly onEnd: () => void;
  readonly keyOf: (row: T) => string;
  readonly draw: (row: T) => ComponentChildren;
}

const GUESS_PX = 40;

/** A list of any length: only what is in view is drawn. `j` and `k` go down and up, Enter opens. */
export function VirtualList<T>({ label, rows, more, onEnd, keyOf, draw }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [row_px, setRow] = useState(GUESS_PX);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(600);
  const wanted = useRef<number | null>(null);
  const active = useRef(-1);
  const { first, end } = windowOf(rows.length, row_px, scroll, height);

  useLayoutEffect(() => {
    const one = box.current?.querySelector<HTMLElement>('li > a');
    if (one != null && one.offsetHeight > 0) setRow(one.offsetHeight);
    setHeight(box.current?.clientHeight ?? 600);
    if (wanted.current === null) return;
    const target = box.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] a`);
    if (target == null) return;
    wanted.current = null;
    target.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (more && end >= rows.length - 1) onEnd();
  }, [more, end, rows.length]);

  function move(by: number): void {
    const to = Math.min(rows.length - 1, Math.max(0, active.current + by));
    if (rows.length === 0 || box.current === null) return;
    active.current = to;
    wanted.current = to;
    const at = scrollTo(to, row_px, box.current.scrollTop, height);
    if (at === box.current.scrollTop) box.current.querySelector<HTMLElement>(`[data-index="${to}"] a`)?.focus();
    else box.current.scrollTop = at;
  }
  useKeys('Liste', [
    { key: 'j', label: 'Ligne suivante', run: () => move(1) },
    { key: 'k', label: 'Ligne précédente', run: () => move(-1) },
  ]);

  return (
    <div ref={box} class="virtual" onScroll={(event) => setScroll(event.currentTarget.scrollTop)}>
      <ul aria-label={label} class="rows" style={{ height: `${rows.length * row_px}px` }}>
        {rows.slice(first, end).map((row, offset) => {
          const index = first + offset;
          return (
            <li
              key={keyOf(row)}
              data-index={index}
              aria-setsize={more ? -1 : rows.length}
              aria-posinset={index + 1}
              style={{ top: `${index * row_px}px` }}
              onFocusCapture={() => void (active.current = index)}
            >
              {draw(row)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
