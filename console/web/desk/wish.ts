import type { ReplyType } from '../../../domain/conversation.ts';
import { cell } from '../shell/cell.ts';

/** What a key or another form asks of the reply that is being written on this page. */
export interface Wish {
  readonly type?: ReplyType;
  /** A paragraph to add. */
  readonly text?: string;
}

/** Heard by the reply editor, then gone. */
export const wish = cell<Wish | null>(null);
