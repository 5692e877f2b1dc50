import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReplyType } from '../../../domain/conversation.ts';
import { call, expired, online, Unreachable } from '../api/client.ts';
import { say } from '../shell/notices.tsx';

/** What somebody is writing. */
export interface DraftText {
  readonly type: ReplyType;
  readonly body: string;
  readonly subject: string | null;
  readonly template: string | null;
}

export type Saving = 'clean' | 'waiting' | 'saving' | 'saved' | 'unsaved';

const EMPTY: DraftText = { type: 'definitive', body: '', subject: null, template: null };
const SAVE_AFTER_MS = 800;
const AGAIN_AFTER_MS = 10_000;

/**
 * Texts that have not reached the server yet, by conversation. In the memory of this page only: text of a reply is never
 * left in the browser's storage.
 */
const unsaved = new Map<string, DraftText>();

addEventListener('beforeunload', (event) => {
  if ([...unsaved.values()].some(({ body }) => body.trim() !== '')) event.preventDefault();
});

export interface DraftOf {
  readonly draft: DraftText;
  readonly saving: Saving;
  readonly change: (change: Partial<DraftText>) => void;
  /** Saves nothing more until `forget` or `resume`; resolves when what was under way has ended. */
  readonly hold: () => Promise<void>;
  /** The reply did not leave: the draft saves itself again. */
  readonly resume: () => void;
  /** The reply has left: nothing to keep. */
  readonly forget: () => void;
}

/** A draft that saves itself a moment after each change, again when the connection or the session is back. */
export function useDraft(id: string): DraftOf {
  const [draft, setDraft] = useState<DraftText>(unsaved.get(id) ?? EMPTY);
  const [saving, setSaving] = useState<Saving>(unsaved.has(id) ? 'unsaved' : 'clean');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** The saving under way; a reply waits for it, or the draft would come back behind the reply. */
  const flight = useRef<Promise<void>>(null);
  const held = useRef(false);

  function save(): void {
    const text = unsaved.get(id);
    if (text === undefined || flight.current !== null || held.current) return;
    if (!online.get() || expired.get()) return setSaving('unsaved');
    setSaving('saving');
    flight.current = call('PUT', `/api/conversations/${id}/draft`, text)
      .then(
        () => {
          // Something may have been typed while it travelled.
          if (unsaved.get(id) === text) unsaved.delete(id);
          setSaving(unsaved.has(id) ? 'waiting' : 'saved');
          return SAVE_AFTER_MS;
        },
        () => {
          setSaving('unsaved');
          return AGAIN_AFTER_MS;
        },
      )
      .then((after_ms) => {
        flight.current = null;
        if (unsaved.has(id)) later(after_ms);
      });
  }
  function later(after_ms = SAVE_AFTER_MS): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(save, after_ms);
  }

  useEffect(() => {
    if (!unsaved.has(id)) void load();
    else later();
    const offs = [online.subscribe((on) => on && save()), expired.subscribe((over) => !over && save())];
    return () => {
      for (const off of offs) off();
      clearTimeout(timer.current);
      // Leaving the page of this conversation: what is left goes now, and stays in memory until it has arrived.
      save();
    };
  }, [id]);

  async function load(): Promise<void> {
    try {
      const { draft: kept } = await call<{ draft: DraftText | null }>('GET', `/api/conversations/${id}/draft`);
      if (kept !== null && kept.body !== '') {
        const { type, body, subject, template } = kept;
        const typed = unsaved.get(id);
        // Whoever typed before the draft had arrived goes on behind it.
        const text = { type, body: typed === undefined ? body : `${body}\n${typed.body}`, subject, template };
        if (typed !== undefined) unsaved.set(id, text);
        else setSaving('saved');
        setDraft(text);
        say('Votre brouillon est repris.');
      }
    } catch (error) {
      if (error instanceof Unreachable) setSaving('unsaved');
    }
  }

  return {
    draft,
    saving,
    change: (part) => {
      const text = { ...(unsaved.get(id) ?? draft), ...part };
      unsaved.set(id, text);
      setDraft(text);
      setSaving('waiting');
      later();
    },
    hold: async () => {
      held.current = true;
      clearTimeout(timer.current);
      await flight.current;
      clearTimeout(timer.current);
    },
    resume: () => {
      held.current = false;
      save();
    },
    forget: () => {
      held.current = false;
      clearTimeout(timer.current);
      unsaved.delete(id);
      setDraft(EMPTY);
      setSaving('clean');
    },
  };
}
