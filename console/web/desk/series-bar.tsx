import { useEffect, useState } from 'preact/hooks';
import { useCell } from '../shell/cell.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useKeys } from '../shell/keys.ts';
import { useNames } from '../shell/names.ts';
import { complain } from '../shell/notices.tsx';
import { me } from '../shell/session.ts';
import { count } from '../words/words.ts';
import { ActionForm } from './actions/form.tsx';
import { Select } from './actions/select.tsx';
import { useMotifs, useQueues } from './motifs.ts';
import { leaveSeries, nextOfSeries, readSeries, series, startSeries } from './series.ts';

interface Props {
  /** The conversation on the screen, as far as a series can be made like it. */
  readonly like: { readonly id: string; readonly queue: string; readonly motif: string | null } | null;
  /** Changes when something was done to it: the series is read again. */
  readonly state: string;
}

/** The series under way with its keys, or the key that begins one. Own staff only. */
export function SeriesBar({ like, state }: Props) {
  const partner = useCell(me)?.role === 'partner';
  return partner ? null : <OwnSeries like={like} state={state} />;
}

function OwnSeries({ like, state }: Props) {
  const under_way = useCell(series);
  const names = useNames();
  const [asking, setAsking] = useState(false);
  useEffect(() => void readSeries(), [state]);
  function begin(): void {
    if (like === null || like.motif === null) setAsking(true);
    else void startSeries(like.queue, like.motif).catch(complain);
  }
  useKeys(
    'Série',
    under_way === null
      ? [{ key: 's', label: like === null ? 'Commencer une série' : 'Commencer une série du même motif', run: begin }]
      : [
          { key: 's', label: 'La suivante de la série', run: () => void nextOfSeries(like?.id) },
          { key: 'q', label: 'Quitter la série : le reste retourne à la file', run: () => void leaveSeries(like?.id) },
        ],
  );
  if (under_way === null)
    return (
      <p class="series">
        <button type="button" onClick={begin}>
          {like === null ? 'Commencer une série' : 'Série du même motif'} <kbd>s</kbd>
        </button>
        {asking && <SeriesDialog onClose={() => setAsking(false)} />}
      </p>
    );
  const left = under_way.items.filter(({ open }) => open).length;
  return (
    <p class="series notice-line" role="status">
      Série « {names.motif(under_way.motif)} » : {count(left, 'conversation')} sur {under_way.items.length} à traiter.{' '}
      <button type="button" onClick={() => void nextOfSeries(like?.id)}>
        La suivante de la série <kbd>s</kbd>
      </button>{' '}
      <button type="button" onClick={() => void leaveSeries(like?.id)}>
        Quitter la série <kbd>q</kbd>
      </button>
    </p>
  );
}

/** From the desk: which motif of which queue. */
function SeriesDialog({ onClose }: { readonly onClose: () => void }) {
  const queues = useQueues().filter(({ mine }) => mine);
  const motifs = useMotifs();
  const [queue, setQueue] = useState('');
  const [motif, setMotif] = useState('');
  const place = queue === '' && queues.length === 1 ? queues[0]!.queue : queue;
  async function send(): Promise<void> {
    await startSeries(place, motif);
    onClose();
  }
  return (
    <Dialog title="Commencer une série" onClose={onClose}>
      <ActionForm submit="Commencer" onSubmit={send} disabled={place === '' || motif === ''}>
        <Select label="File" value={place} onChange={setQueue} options={queues.map((row) => [row.queue, row.label])} />
        <Select label="Motif" value={motif} onChange={setMotif} options={motifs.map(({ id, label }) => [id, label])} />
        <p class="quiet">
          Dans l’ordre du travail ; ce qui est plus pressant vous est donné d’abord. Personne d’autre ne reçoit ces
          conversations tant que vous y travaillez.
        </p>
      </ActionForm>
    </Dialog>
  );
}
