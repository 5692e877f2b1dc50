import { MailParser } from 'mailparser';
import { Transform, type Readable } from 'node:stream';

/**
 * mailparser as a reader of structure only. It walks the MIME tree; the bytes of text parts are collected here before
 * it decodes them (it would turn mislabelled windows-1252 into U+FFFD for good), and choosing and converting text is
 * left to text.ts. The members named below are internals of mailparser 3.9.31, pinned and covered by tests.
 */
interface SplitNode {
  contentType: string | false;
  charset: string | false;
  disposition: string | false;
  filename: string | false;
  flowed: boolean;
  delSp: boolean;
  root: boolean;
  multipart: string | false;
}

interface TreeNode {
  readonly node: SplitNode;
  readonly children: TreeNode[];
  charset?: string;
  readonly disposition?: string;
  readonly isAttachment?: boolean;
}

interface ParserInternals extends Transform {
  tree: TreeNode | false;
  createNode(node: SplitNode): TreeNode;
  getDecoder(): { decodeStream(charset: string): Transform };
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

const Base = MailParser as unknown as new (options: Record<string, unknown>) => ParserInternals;

/** A text part: its bytes after transfer decoding, and what its header says about them. */
export interface TextLeaf {
  readonly type: string;
  readonly charset: string;
  readonly flowed: boolean;
  readonly delete_space: boolean;
  bytes: Buffer[];
  size: number;
  truncated: boolean;
}

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

export interface MimeOptions {
  readonly max_parts: number;
  readonly max_header_bytes: number;
  readonly max_leaf_bytes: number;
  /** True for attachments whose bytes are wanted. */
  readonly keep: (attachment: Pick<MimeAttachment, 'part' | 'type'>) => boolean;
  /** Octets kept of one such attachment. */
  readonly max_kept_bytes: number;
}

/** Text formats that are documents, not the words of the mail. */
const TEXT_FILES =
  /^text\/(?:calendar|csv|vcard|x-vcard|directory|rtf|xml|rfc822-headers|x-amp-html|css|javascript|x-python|x-patch|x-diff|tab-separated-values)$/;

class StructureParser extends Base {
  readonly leaves = new Map<TreeNode, TextLeaf>();
  readonly #byCharset = new Map<string, TextLeaf>();
  readonly #max_leaf_bytes: number;
  parts = 0;

  constructor(options: MimeOptions) {
    super({
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      // Attached messages are attachments; their text is read apart (parse.ts).
      ignoreEmbedded: true,
      maxHeadSize: options.max_header_bytes,
      maxChildNodes: options.max_parts,
    });
    this.#max_leaf_bytes = options.max_leaf_bytes;
  }

  override createNode(node: SplitNode): TreeNode {
    this.parts += 1;
    const { flowed, delSp } = node;
    node.flowed = false;
    this.#settleType(node);
    const made = super.createNode(node);
    if (made.isAttachment === false && made.disposition === 'inline') {
      const leaf: TextLeaf = {
        type: node.contentType || 'text/plain',
        charset: node.charset || '',
        flowed,
        delete_space: delSp,
        bytes: [],
        size: 0,
        truncated: false,
      };
      this.leaves.set(made, leaf);
      // A charset of our own leads the decoder back to this leaf.
      made.charset = `leaf-${this.leaves.size}`;
      this.#byCharset.set(made.charset, leaf);
    }
    return made;
  }

  /** What a part is when its header does not say so clearly. */
  #settleType(node: SplitNode): void {
    const type = node.contentType || '';
    const named = node.filename !== false && node.filename !== '';
    if (!node.multipart && !named && node.disposition !== 'attachment') {
      // « Content-Type: text », none, or text/enriched: to be read, not to be filed.
      if (!type.includes('/') || (type.startsWith('text/') && type !== 'text/html' && !TEXT_FILES.test(type)))
        node.contentType = 'text/plain';
    }
    if (type !== 'text/plain' && type !== 'text/html') return;
    // The only text of a mail is its text, whatever the disposition says; a named text after others is a file.
    if (node.root) node.disposition = 'inline';
    else if (named && this.leaves.size > 0) node.disposition = 'attachment';
  }

  override getDecoder(): { decodeStream(charset: string): Transform } {
    return { decodeStream: (charset) => this.#collector(charset) };
  }

  #collector(charset: string): Transform {
    const leaf = this.#byCharset.get(charset);
    const max = this.#max_leaf_bytes;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (leaf !== undefined) keepBytes(leaf, leaf.bytes, chunk, max);
        done();
      },
    });
  }
}

function keepBytes(counter: { size: number; truncated?: boolean }, bytes: Buffer[], chunk: Buffer, max: number): void {
  const room = max - counter.size;
  if (room > 0) bytes.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
  counter.size += chunk.length;
  if (chunk.length > room) counter.truncated = true;
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
