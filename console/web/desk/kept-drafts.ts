import type { ReplyType } from '../../../domain/conversation.ts';
import { ApiError, call, expired, online } from '../api/client.ts';
import { say } from '../shell/notices.tsx';

/** What somebody is writing. */
export interface DraftText {
  readonly type: ReplyType;
  readonly body: string;
  readonly subject: string | null;
  readonly template: string | null;
}

export type Saving = 'clean' | 'waiting' | 'saving' | 'saved' | 'unsaved' | 'stale';

export interface DraftState {
  readonly draft: DraftText;
  readonly saving: Saving;
  /** What another tab wrote meanwhile, when the server refused to let this text replace it; null: nothing is there. */
  readonly other: DraftText | null | undefined;
}

type SavedDraft = DraftText & { readonly rev: string };

const EMPTY: DraftText = { type: 'definitive', body: '', subject: null, template: null };
const CLEAN: DraftState = { draft: EMPTY, saving: 'clean', other: undefined };
const SAVE_AFTER_MS = 800;
const AGAIN_AFTER_MS = 10_000;

/**
 * One text of this page, on its way to the server whether its page is shown or not. In the memory of this page only: text
 * of a reply is never left in the browser's storage.
 */
export class KeptDraft {
  state: DraftState = CLEAN;
  private readonly url: string;
  private readonly listeners = new Set<(state: DraftState) => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The saving under way; a reply waits for it, or the draft would come back behind the reply. */
  private flight: Promise<void> | null = null;
  private held = false;
  private dirty = false;
  /** The server's text this one was made from; undefined until it was read. */
  private rev: string | null | undefined;
  private other_rev: string | null = null;

  constructor(id: string) {
    this.url = `/api/conversations/${id}/draft`;
  }

  /** Something here is nowhere else. */
  get unsaved(): boolean {
    return this.dirty && this.state.draft.body.trim() !== '';
  }

  subscribe(listener: (state: DraftState) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
    return () => void this.listeners.delete(listener);
  }

  private tell(change: Partial<DraftState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener(this.state);
  }

  /** Reads what the server has, unless something here is newer. */
  async open(): Promise<void> {
    if (this.dirty && this.rev !== undefined) return this.save();
    try {
      const kept = await this.read();
      // Typed on from a text already read: the server says when it is another by now.
      if (this.dirty && this.rev !== undefined) return this.later();
      this.rev = kept?.rev ?? null;
      if (kept === null || kept.body === '') {
        if (this.dirty) this.later();
        else this.tell({ draft: EMPTY, saving: 'clean' });
        return;
      }
      const { type, body, subject, template } = kept;
      const typed = this.dirty ? this.state.draft : undefined;
      // Whoever typed before the draft had arrived goes on behind it.
      const draft = { type, body: typed === undefined ? body : `${body}\n${typed.body}`, subject, template };
      const known = draft.body === this.state.draft.body;
      this.tell({ draft, ...(typed === undefined ? { saving: 'saved' } : {}) });
      if (!known) say('Votre brouillon est repris.');
      if (this.dirty) this.later();
    } catch {
      if (!this.dirty) return;
      this.tell({ saving: 'unsaved' });
      this.later(AGAIN_AFTER_MS);
    }
  }

  private async read(): Promise<SavedDraft | null> {
    return (await call<{ draft: SavedDraft | null }>('GET', this.url)).draft;
  }

  change(part: Partial<DraftText>): void {
    this.dirty = true;
    const stale = this.state.saving === 'stale';
    this.tell({ draft: { ...this.state.draft, ...part }, saving: stale ? 'stale' : 'waiting' });
    if (!stale) this.later();
  }

  /** Sends what is not on the server yet: when the connection or the session is back, by whoever holds the text. */
  save(): void {
    if (!this.dirty || this.flight !== null || this.held || this.state.saving === 'stale') return;
    if (!online.get() || expired.get()) return this.tell({ saving: 'unsaved' });
    // Typed while the server's text could not be read: that one first, or this would hide it.
    if (this.rev === undefined) return void this.open();
    const text = this.state.draft;
    this.tell({ saving: 'saving' });
    this.flight = call<{ rev: string }>('PUT', this.url, { ...text, rev: this.rev })
      .then(
        ({ rev }) => {
          this.rev = rev;
          // Something may have been typed while it travelled.
          this.dirty = this.state.draft !== text;
          this.tell({ saving: this.dirty ? 'waiting' : 'saved' });
          return SAVE_AFTER_MS;
        },
        async (error: unknown) => {
          if (error instanceof ApiError && error.code === 'DRAFT_STALE') await this.stale();
          else this.tell({ saving: 'unsaved' });
          return AGAIN_AFTER_MS;
        },
      )
      .then((after_ms) => {
        this.flight = null;
        if (this.dirty) this.later(after_ms);
      });
  }

  private async stale(): Promise<void> {
    try {
      const other = await this.read();
      this.other_rev = other?.rev ?? null;
      this.tell({ saving: 'stale', other });
    } catch {
      this.tell({ saving: 'unsaved' });
    }
  }

  /** Of two texts, this one stands: the page's own, or the other tab's. */
  settle(keep: 'mine' | 'other'): void {
    const { other } = this.state;
    this.rev = this.other_rev;
    if (keep === 'other' && other != null) {
      const { type, body, subject, template } = other;
      this.dirty = false;
      this.tell({ draft: { type, body, subject, template }, saving: 'saved', other: undefined });
      return;
    }
    this.tell({ saving: 'waiting', other: undefined });
    this.save();
  }

  private later(after_ms = SAVE_AFTER_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), after_ms);
  }

  /** Saves nothing more until `forget` or `resume`; resolves when what was under way has ended. */
  async hold(): Promise<void> {
    this.held = true;
    clearTimeout(this.timer);
    await this.flight;
    clearTimeout(this.timer);
  }

  /** The reply did not leave: the draft saves itself again. */
  resume(): void {
    this.held = false;
    this.save();
  }

  /** The reply has left, or somebody has done with the text: nothing to keep. */
  forget(): void {
    clearTimeout(this.timer);
    this.held = false;
    this.dirty = false;
    this.rev = undefined;
    this.tell(CLEAN);
  }
}

const kept = new Map<string, KeptDraft>();

/** The text of a conversation; the same one for whoever asks. */
export function keptDraft(id: string): KeptDraft {
  const known = kept.get(id) ?? new KeptDraft(id);
  kept.set(id, known);
  return known;
}

/** Sends everything that waits; called when the server or the session is back. */
function flush(): void {
  for (const draft of kept.values()) draft.save();
}

online.subscribe((on) => on && flush());
expired.subscribe((over) => !over && flush());
addEventListener('beforeunload', (event) => {
  if ([...kept.values()].some(({ unsaved }) => unsaved)) event.preventDefault();
});
