import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { say } from '../../shell/notices.tsx';
import type { ActionProps } from '../action-dialog.tsx';
import { useMotifs } from '../motifs.ts';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

/** The motif as a person sees it; the next model learns from it. The machine's likeliest ones come first. */
export function MotifForm({ thread, onDone }: ActionProps) {
  const motifs = useMotifs();
  const [motif, setMotif] = useState(thread.motif_confirmed ?? thread.motif ?? '');
  const rank = new Map((thread.decision?.ranked ?? []).map(({ motif: id }, index) => [id, index]));
  const sorted = [...motifs].sort((a, b) => (rank.get(a.id) ?? 99) - (rank.get(b.id) ?? 99));
  async function send(): Promise<void> {
    const answer = await call<{ label: string }>('POST', `/api/conversations/${thread.id}/motif`, { motif });
    say(`Motif : ${answer.label}.`);
    onDone();
  }
  return (
    <ActionForm submit="Confirmer le motif" onSubmit={send} disabled={motif === ''}>
      <Select
        label="Motif"
        value={motif}
        onChange={setMotif}
        options={sorted.map(({ id, label, provisional }) => [
          id,
          provisional === null ? label : `${label} (provisoire)`,
        ])}
      />
      <p class="quiet">La file ne change pas d’elle-même : transférez si besoin.</p>
    </ActionForm>
  );
}
