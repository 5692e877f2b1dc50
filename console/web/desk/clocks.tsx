import type { Clock } from '../api/types.ts';
import { useNow } from '../shell/load.ts';
import { moment, remaining } from '../words/time.ts';

interface Props {
  readonly clocks: readonly Clock[];
}

/** Both clocks of the most pressing open request, counting down, and the legal one where there is one. */
export function Clocks({ clocks }: Props) {
  // Only this part is drawn every second: a thread may hold hundreds of mails.
  const now = useNow();
  const open = clocks.filter(({ stopped_at }) => stopped_at === null);
  const first = [...open].sort((a, b) => a.due_elapsed_at.localeCompare(b.due_elapsed_at))[0];
  if (first === undefined) return <p class="clocks quiet">Aucun délai ne court.</p>;
  const legal = open.flatMap(({ legal_due_at }) => legal_due_at ?? []).sort()[0];
  return (
    <dl class="clocks">
      <Countdown
        label="Délai en heures écoulées"
        due={first.due_elapsed_at}
        now={now}
        main={first.headline === 'elapsed'}
      />
      <Countdown
        label="Délai en jours ouvrés"
        due={first.due_working_at}
        now={now}
        main={first.headline === 'working'}
      />
      {legal !== undefined && <Countdown label="Délai légal" due={legal} now={now} main />}
      {open.length > 1 && (
        <div>
          <dt>Demandes ouvertes</dt>
          <dd>{open.length}</dd>
        </div>
      )}
    </dl>
  );
}

interface CountdownProps {
  readonly label: string;
  readonly due: string;
  readonly now: number;
  readonly main: boolean;
}

function Countdown({ label, due, now, main }: CountdownProps) {
  const late = Date.parse(due) < now;
  return (
    <div class={main ? 'clock main' : 'clock'}>
      <dt>{label}</dt>
      <dd class={late ? 'late' : undefined}>
        <strong>{remaining(due, now)}</strong> <span class="quiet">({moment(due)})</span>
      </dd>
    </div>
  );
}
