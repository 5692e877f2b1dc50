import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { PileCounts } from '../../routes/stock.ts';
import type { Listed } from '../api/types.ts';

export interface ListAsk {
  readonly queue?: string;
  readonly status?: string;
  readonly q?: string;
  readonly mailbox?: string;
  /** Any of these; '' is none. */
  readonly motifs?: readonly string[];
  readonly open?: boolean;
  /** A pile of « Tri du stock ». */
  readonly pile?: keyof PileCounts;
  /** A motif of the machine's, null for none, that people made another of on some days. */
  readonly corrected?: {
    readonly guessed: string | null;
    readonly given: string;
    readonly from: string;
    readonly to: string;
  };
  readonly received?: { readonly from: string; readonly to: string };
}

interface Page {
  readonly conversations: readonly Listed[];
  readonly next: string | null;
}

const PAGE_ROWS = 100;

/** Conversations page by page. By POST: what is searched for may be an address, and must be in no URL. */
export function usePages(ask: ListAsk) {
  const wanted = JSON.stringify(ask);
  const [rows, setRows] = useState<readonly Listed[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const [loading, setLoading] = useState(true);
  const current = useRef(wanted);
  const busy = useRef(false);
  current.current = wanted;

  const fetchPage = useCallback(
    async (before: string | null) => {
      if (busy.current && before !== null) return;
      busy.current = true;
      try {
        const body = { ...(JSON.parse(wanted) as ListAsk), limit: PAGE_ROWS, ...(before === null ? {} : { before }) };
        const page = await call<Page>('POST', '/api/conversations/search', body);
        if (current.current !== wanted) return;
        setRows((known) => (before === null ? page.conversations : [...known, ...page.conversations]));
        setNext(page.next);
        setError(undefined);
      } catch (problem) {
        if (current.current === wanted) setError(problem);
      } finally {
        busy.current = false;
        setLoading(false);
      }
    },
    [wanted],
  );
  useEffect(() => {
    setLoading(true);
    void fetchPage(null);
  }, [fetchPage]);
  return {
    ...{ rows, error, loading, more: next !== null },
    onEnd: () => void (next !== null && fetchPage(next)),
    reload: () => void fetchPage(null),
  };
}
