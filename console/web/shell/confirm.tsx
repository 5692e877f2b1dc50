import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';

interface Props {
  readonly title: string;
  /** What the button that does it says. */
  readonly yes: string;
  readonly onYes: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks once more before something that many others feel. Enter confirms, Escape leaves. */
export function Confirm({ title, yes, onYes, onClose, children }: Props) {
  const [busy, setBusy] = useState(false);
  async function go(): Promise<void> {
    setBusy(true);
    await onYes();
    onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <p class="actions">
        <button type="button" class="main" data-first disabled={busy} onClick={() => void go()}>
          {yes}
        </button>
      </p>
    </Dialog>
  );
}
