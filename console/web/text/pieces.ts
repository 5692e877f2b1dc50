/**
 * A text of a mail cut into what is shown as it is, what is marked, and controls, which are shown by their name: a
 * control that turns letters around or hides them must not decide what an agent reads. Offsets are UTF-16, as evidence.
 */
export interface Piece {
  readonly text: string;
  /** Labels of the marks over it. */
  readonly marks: readonly string[];
  /** The code point in hexadecimal, for a control. */
  readonly control?: string;
}

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Controls but tab and line ends, what turns writing around, what has no width, tags. Joiners of emoji stay. */
const CONTROL =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/gu;

export function piecesOf(text: string, marks: readonly Mark[] = []): Piece[] {
  const cuts = new Set([0, text.length]);
  const controls = new Map<number, string>();
  for (const found of text.matchAll(CONTROL)) {
    controls.set(found.index, found[0]);
    cuts.add(found.index).add(found.index + found[0].length);
  }
  const kept = marks.filter(({ start, end }) => start >= 0 && start < end && end <= text.length);
  for (const { start, end } of kept) cuts.add(start).add(end);
  const at = [...cuts].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < at.length; i += 1) {
    const [start, end] = [at[i]!, at[i + 1]!];
    const over = kept.filter((mark) => mark.start <= start && mark.end >= end).map(({ label }) => label);
    const control = controls.get(start);
    pieces.push({
      text: text.slice(start, end),
      marks: [...new Set(over)],
      ...(control === undefined
        ? {}
        : { control: control.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0') }),
    });
  }
  return pieces;
}
