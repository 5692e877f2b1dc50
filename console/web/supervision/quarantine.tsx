import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { fileSize, moment } from '../words/time.ts';

interface Item {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly size: number | null;
  readonly reason: 'malware' | 'too-large' | 'process-deaths';
  readonly created_at: string;
  readonly replayed_at: string | null;
}

const REASONS: Readonly<Record<Item['reason'], string>> = {
  malware: 'programme malveillant',
  'too-large': 'trop volumineux',
  'process-deaths': 'a fait échouer la lecture trois fois',
};

/** Mail that was set aside: it counts as received, and somebody must look at it. */
export function Quarantine() {
  const { data, error } = useLoad<{ items: Item[] }>('/api/quarantine');
  const names = useNames();
  return (
    <section aria-labelledby="quarantaine">
      <h2 id="quarantaine">Quarantaine</h2>
      <Problem of={error} />
      {data?.items.length === 0 && <p>Aucun courriel mis de côté.</p>}
      <ul>
        {data?.items.map((item) => (
          <li key={item.id}>
            {names.mailbox(item.mailbox)}, {item.folder}, {REASONS[item.reason]}
            {item.size !== null && `, ${fileSize(item.size)}`}, {moment(item.created_at)}
            {item.replayed_at !== null && `, repris ${moment(item.replayed_at)}`}
          </li>
        ))}
      </ul>
      <p class="quiet">
        Pour en examiner ou en reprendre un : <code>aiguillage quarantine show</code>, puis <code>replay</code>.
      </p>
    </section>
  );
}
