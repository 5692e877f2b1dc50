import type { Thread } from '../api/types.ts';
import type { ActionName } from './action-dialog.tsx';

interface Props {
  readonly mine: boolean;
  readonly thread: Thread;
  readonly onAction: (name: ActionName) => void;
  readonly onCopy: (() => void) | null;
}

export function ActionBar({ mine, thread, onAction, onCopy }: Props) {
  const button = (name: ActionName, label: string, key: string) => (
    <button type="button" onClick={() => onAction(name)}>
      {label} <kbd>{key}</kbd>
    </button>
  );
  return (
    <div class="actions" role="group" aria-label="Actions">
      {button('motif', 'Motif', 'm')}
      {button('transfer', 'Transférer', 't')}
      {button('flags', 'Signaler', 'f')}
      {thread.hand_back === null && button('task', 'Échéance', 'e')}
      {mine && thread.hand_back === null && button('offer', 'Rendez-vous', 'v')}
      {button('close', 'Clore', 'c')}
      {thread.hand_back === null && button('join', 'Joindre', 'j')}
      {thread.hand_back === null && button('split', 'Détacher', 'x')}
      {mine && thread.hand_back === null && button('snooze', 'Mettre de côté', 'd')}
      {mine && button('release', 'Rendre', 'l')}
      {onCopy !== null && (
        <button type="button" onClick={onCopy}>
          Copier le NIR <kbd>k</kbd>
        </button>
      )}
    </div>
  );
}
