import { useEffect, useState } from 'preact/hooks';
import { keptDraft, type DraftState, type DraftText, type KeptDraft } from './kept-drafts.ts';

export interface DraftOf extends DraftState {
  readonly kept: KeptDraft;
  readonly change: (change: Partial<DraftText>) => void;
}

/** A draft that saves itself a moment after each change, again when the connection or the session is back. */
export function useDraft(id: string): DraftOf {
  const kept = keptDraft(id);
  const state = useDraftState(id);
  useEffect(() => {
    void kept.open();
    // Leaving the page of this conversation: what is left goes now, and stays in memory until it has arrived.
    return () => kept.save();
  }, [kept]);
  return { ...state, kept, change: (part) => kept.change(part) };
}

/** What this page holds of a reply, without reading or saving anything. */
export function useDraftState(id: string): DraftState {
  const kept = keptDraft(id);
  const [state, setState] = useState(kept.state);
  useEffect(() => kept.subscribe(setState), [kept]);
  return state;
}
