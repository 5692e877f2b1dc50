import { piecesOf, type Mark } from './pieces.ts';

interface Props {
  readonly text: string;
  readonly marks?: readonly Mark[];
  /** One line, as in a list. */
  readonly line?: boolean;
}

/** A text somebody else wrote. Always text: nothing in it becomes markup, an address or a request. */
export function MailText({ text, marks = [], line = false }: Props) {
  return (
    <span dir="auto" class={line ? 'mail-line' : 'mail-text'}>
      {piecesOf(text, marks).map((piece, index) => {
        if (piece.control !== undefined)
          return (
            <span key={index} class="control" title={`caractère invisible U+${piece.control}`}>
              {`[U+${piece.control}]`}
            </span>
          );
        if (piece.marks.length > 0)
          return (
            <mark key={index} title={piece.marks.join(', ')}>
              {piece.text}
            </mark>
          );
        return piece.text;
      })}
    </span>
  );
}
