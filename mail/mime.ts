import type { Readable } from 'node:stream';
import { keepBytes, StructureParser, type ParserLimits, type TextLeaf, type TreeNode } from './mime-parser.ts';

export type { TextLeaf } from './mime-parser.ts';

export interface MimeAttachment {
  readonly part: number;
  readonly name: string;
  readonly type: string;
  /** Part of an HTML text: it has a Content-ID or stands in multipart/related. Apple Mail calls every picture « inline ». */
  readonly inline: boolean;
  size: number;
  /** Only for the types and parts asked for. */
  content: Buffer[] | undefined;
}

/** The tree with what matters for choosing text. */
export interface MimeNode {
  readonly type: string;
  readonly leaf: TextLeaf | undefined;
  readonly children: readonly MimeNode[];
}

export interface MimeTree {
  readonly root: MimeNode | undefined;
  readonly attachments: readonly MimeAttachment[];
  /** Why the parser gave up; what it had read until then is in the tree. */
  readonly stopped: 'too-many-parts' | 'headers-too-large' | 'failed' | undefined;
  readonly parts: number;
}

export interface MimeOptions extends ParserLimits {
  /** True for attachments whose bytes are wanted. */
  readonly keep: (attachment: Pick<MimeAttachment, 'part' | 'type'>) => boolean;
  /** Octets kept of one such attachment. */
  readonly max_kept_bytes: number;
}

interface AttachmentEvent {
  readonly type: string;
  readonly content: Readable;
  /** False for a part whose Content-Type is empty. */
  readonly contentType: string | false;
  readonly contentDisposition?: string;
  readonly filename?: string | false;
  readonly cid?: string;
  readonly related?: boolean;
  release(): void;
}

/** Reads the MIME structure of a mail. Rejects never; ends when the parser does. */
export function readMime(whole: Buffer, options: MimeOptions): Promise<MimeTree> {
  return new Promise((resolve) => {
    const parser = new StructureParser(options);
    const attachments: MimeAttachment[] = [];
    let ended = false;
    const finish = (stopped: MimeTree['stopped']): void => {
      if (ended) return;
      ended = true;
      const root = parser.tree === false ? undefined : view(parser.tree, parser.leaves);
      resolve({ root, attachments, stopped, parts: parser.parts });
    };
    parser.on('data', (event: AttachmentEvent) => {
      if (event.type === 'attachment') readAttachment(event, attachments, options);
    });
    parser.on('end', () => finish(undefined));
    parser.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'EMAXLEN') finish('failed');
      else finish(/header/i.test(error.message) ? 'headers-too-large' : 'too-many-parts');
    });
    parser.end(whole);
  });
}

function readAttachment(event: AttachmentEvent, attachments: MimeAttachment[], options: MimeOptions): void {
  const part = attachments.length;
  const type = (event.contentType || 'application/octet-stream').toLowerCase();
  const kept: Buffer[] = [];
  const attachment: MimeAttachment = {
    part,
    name: event.filename || '',
    type,
    inline: event.related === true || event.cid !== undefined,
    size: 0,
    content: options.keep({ part, type }) ? kept : undefined,
  };
  attachments.push(attachment);
  event.content.on('data', (chunk: Buffer) => {
    if (attachment.content === undefined) attachment.size += chunk.length;
    else keepBytes(attachment, kept, chunk, options.max_kept_bytes);
  });
  event.content.on('end', () => event.release());
  event.content.on('error', () => event.release());
}

function view(node: TreeNode, leaves: ReadonlyMap<TreeNode, TextLeaf>): MimeNode {
  return {
    type: node.node.contentType || 'text/plain',
    leaf: leaves.get(node),
    children: node.children.map((child) => view(child, leaves)),
  };
}
