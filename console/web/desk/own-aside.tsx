import type { AsideRow } from '../api/types.ts';
import { useLoad, useNow } from '../shell/load.ts';
import { AsideList } from './aside-list.tsx';

const EVERY_MS = 30_000;

/** What this person has set aside; nothing is shown while there is none. */
export function OwnAside() {
  const { data, reload } = useLoad<{ conversations: AsideRow[] }>('/api/desk/aside', EVERY_MS);
  const now = useNow(EVERY_MS);
  const rows = data?.conversations ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="mes-mises-de-cote">
      <h2 id="mes-mises-de-cote">Mes mises de côté ({rows.length})</h2>
      <AsideList rows={rows} now={now} onChange={reload} />
    </section>
  );
}
