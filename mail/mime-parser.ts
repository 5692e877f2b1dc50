import { MailParser } from 'mailparser';
import { Transform } from 'node:stream';

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

export interface TreeNode {
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

export interface ParserLimits {
  readonly max_parts: number;
  readonly max_header_bytes: number;
  readonly max_leaf_bytes: number;
}

/** Text formats that are documents, not the words of the mail. */
const TEXT_FILES =
  /^text\/(?:calendar|csv|vcard|x-vcard|directory|rtf|xml|rfc822-headers|x-amp-html|css|javascript|x-python|x-patch|x-diff|tab-separated-values)$/;

/** Walks the parts of a mail and keeps the bytes of its text parts. */
export class StructureParser extends Base {
  readonly leaves = new Map<TreeNode, TextLeaf>();
  readonly #byCharset = new Map<string, TextLeaf>();
  readonly #max_leaf_bytes: number;
  parts = 0;

  constructor(options: ParserLimits) {
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

/** Appends what there is room for and counts the rest. */
export function keepBytes(
  counter: { size: number; truncated?: boolean },
  bytes: Buffer[],
  chunk: Buffer,
  max: number,
): void {
  const room = max - counter.size;
  if (room > 0) bytes.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
  counter.size += chunk.length;
  if (chunk.length > room) counter.truncated = true;
}
