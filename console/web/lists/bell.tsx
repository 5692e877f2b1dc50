import { useEffect, useRef } from 'preact/hooks';
import type { AlertRow, Role } from '../api/types.ts';
import type { Change } from '../shell/live.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain } from '../shell/notices.tsx';
import { hrefOf } from '../shell/router.ts';

const EVERY_MS = 5_000;
const OWN: readonly Role[] = ['agent', 'referent', 'supervisor'];

const aboutAlerts = ({ kinds }: Change): boolean => kinds.includes('alert');

/** The P0 bell in the header: how many alerts nobody has answered, and a word when a new one rings. */
export function AlertBell({ role }: { readonly role: Role }) {
  const { data } = useLoad<{ alerts: AlertRow[] }>(OWN.includes(role) ? '/api/alerts' : null, EVERY_MS, aboutAlerts);
  const names = useNames();
  const ringing = (data?.alerts ?? []).filter((alert) => alert.acked_at === null);
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const alert of ringing.filter(({ id, mine }) => mine && !told.current.has(id))) {
      told.current.add(alert.id);
      complain(`Alerte P0 : ${names.flag(alert.flag)}, conversation ${alert.ref}. Ouvrez « Alertes » pour la prendre.`);
    }
  });
  if (!OWN.includes(role)) return null;
  return (
    <a class={ringing.length > 0 ? 'bell rings' : 'bell'} href={hrefOf('alertes')}>
      {ringing.length > 0 ? `${ringing.length} alerte${ringing.length > 1 ? 's' : ''} P0` : 'Pas d’alerte'}
    </a>
  );
}
