import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../shell/keys.ts';
import { useRefresh } from '../shell/live.ts';
import { useNow } from '../shell/load.ts';
import type { PageProps } from '../shell/pages.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { go, hrefOf } from '../shell/router.ts';
import { count, STATUS_LABELS } from '../words/words.ts';
import { filterWords } from '../flow/filter.ts';
import { useQueueCounts } from './queue-counts.ts';
import { ConversationRow } from './row.tsx';
import { usePages, type ListAsk } from './use-pages.ts';
import { VirtualList } from './virtual-list.tsx';

const TYPED_MS = 300;
const EVERY_MS = 20_000;
/** In a busy hour something changes every second: a list that jumps as often cannot be read. */
const LEAST_MS = 4_000;
const FIRST_PAGE = 100;
const NOW_EVERY_MS = 15_000;

/** Queues and search: the most pressing first, as the desk hands them out. */
export function FilesPage({ rest: [queue = '', more_of = ''] }: PageProps) {
  const names = useNames();
  const narrowed = filterOf(more_of);
  const queues = useQueueCounts(EVERY_MS).data?.queues ?? [];
  const [status, setStatus] = useState('');
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const now = useNow(NOW_EVERY_MS);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { rows, error, loading, more, onEnd, reload } = usePages({
    ...narrowed,
    ...(queue === '' ? {} : { queue }),
    ...(status === '' ? {} : { status }),
    ...(q.length < 2 ? {} : { q }),
  });
  // Only the first page: whoever has scrolled on reads a list that stands still.
  const refresh = useRef<() => void>(reload);
  refresh.current = () => {
    if (rows.length <= FIRST_PAGE) reload();
  };
  useRefresh(() => refresh.current(), {
    every_ms: EVERY_MS,
    wants: ({ conversations }) => conversations.length > 0,
    least_ms: LEAST_MS,
  });
  useKeys('Files', [
    { key: '/', label: 'Chercher', run: () => search.current?.focus() },
    { key: 'a', label: 'Actualiser la liste', run: reload },
  ]);
  return (
    <>
      <h1>Files</h1>
      <div class="filters" role="search">
        <label>
          File
          <select
            value={queue}
            onChange={(event) => go('files', event.currentTarget.value, ...(more_of === '' ? [] : [more_of]))}
          >
            <option value="">Toutes</option>
            {queues.map((row) => (
              <option key={row.queue} value={row.queue}>
                {row.label} ({row.queued})
              </option>
            ))}
          </select>
        </label>
        <label>
          État
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">Tous</option>
            {Object.entries(STATUS_LABELS).map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Référence, adresse exacte ou mots de l’objet
          <input
            ref={search}
            type="search"
            maxLength={200}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="button" onClick={reload}>
          Actualiser <kbd>a</kbd>
        </button>
      </div>
      {narrowed !== undefined && (
        <p class="notice-line">
          Seulement : {filterWords(narrowed, names)}.{' '}
          <a href={hrefOf('files', ...[queue].filter(Boolean))}>Tout montrer</a>
        </p>
      )}
      <Problem of={error} />
      <p role="status">
        {loading ? 'Lecture…' : `${count(rows.length, 'conversation')}${more ? ' lues, il y en a d’autres' : ''}`}
      </p>
      <VirtualList
        label="Conversations"
        rows={rows}
        more={more}
        onEnd={onEnd}
        keyOf={(row) => row.id}
        draw={(row) => <ConversationRow row={row} now={now} />}
      />
    </>
  );
}

/** What another page narrowed the list to; the address after # reaches no server. Anything else in it narrows nothing. */
function filterOf(part: string): ListAsk | undefined {
  try {
    const asked: unknown = JSON.parse(part);
    return typeof asked === 'object' && asked !== null && Object.keys(asked).length > 0 ? asked : undefined;
  } catch {
    return undefined;
  }
}
