import type { ExtractedAttachment, ParsedMail, ParseOptions } from './parsed.ts';

/** What the pool and its children say to each other. One request at a time for each child; ids are a pair assertion. */
export type ChildRequest =
  | { readonly id: number; readonly kind: 'parse'; readonly raw: Uint8Array; readonly options: ParseOptions }
  | {
      readonly id: number;
      readonly kind: 'extract';
      readonly raw: Uint8Array;
      readonly part: number;
      readonly options: ParseOptions;
    };

export type ChildAnswer =
  | { readonly id: number; readonly kind: 'ready' }
  | { readonly id: number; readonly kind: 'parsed'; readonly mail: ParsedMail }
  | { readonly id: number; readonly kind: 'extracted'; readonly attachment: ExtractedAttachment | null }
  | { readonly id: number; readonly kind: 'failed' };
