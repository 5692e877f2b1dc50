import type { ComponentType } from 'preact';
import type { Thread } from '../api/types.ts';
import { CloseForm } from './actions/close-form.tsx';
import { FlagsForm } from './actions/flags-form.tsx';
import { JoinForm } from './actions/join-form.tsx';
import { MotifForm } from './actions/motif-form.tsx';
import { OfferForm } from './actions/offer-form.tsx';
import { ReleaseForm } from './actions/release-form.tsx';
import { SnoozeForm } from './actions/snooze-form.tsx';
import { SplitForm } from './actions/split-form.tsx';
import { TaskForm } from './actions/task-form.tsx';
import { TransferForm } from './actions/transfer-form.tsx';
import { Dialog } from '../shell/dialog.tsx';

export type ActionName =
  'motif' | 'transfer' | 'flags' | 'task' | 'close' | 'release' | 'snooze' | 'join' | 'split' | 'offer';

export interface ActionProps {
  readonly thread: Thread;
  /** It is done: close the dialog and read the conversation again. */
  readonly onDone: () => void;
}

const ACTIONS: Readonly<Record<ActionName, readonly [title: string, form: ComponentType<ActionProps>]>> = {
  motif: ['Confirmer ou corriger le motif', MotifForm],
  transfer: ['Transférer', TransferForm],
  flags: ['Signalements', FlagsForm],
  task: ['Ouvrir une échéance', TaskForm],
  close: ['Clore', CloseForm],
  release: ['Rendre à la file', ReleaseForm],
  snooze: ['Mettre de côté', SnoozeForm],
  join: ['Joindre une conversation', JoinForm],
  split: ['Détacher', SplitForm],
  offer: ['Proposer un rendez-vous', OfferForm],
};

interface Props {
  readonly name: ActionName;
  readonly thread: Thread;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ActionDialog({ name, thread, onClose, onDone }: Props) {
  const [title, Form] = ACTIONS[name];
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        thread={thread}
        onDone={() => {
          onClose();
          onDone();
        }}
      />
    </Dialog>
  );
}
