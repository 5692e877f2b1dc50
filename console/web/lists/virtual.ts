/** Which rows of a long list are drawn. Pure: scroll and height in pixels, rows of one height. */
export interface Window {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows drawn beyond each edge, so that a fast hand meets no gap. */
const MARGIN_ROWS = 8;

export function windowOf(rows: number, row_px: number, scroll_px: number, height_px: number): Window {
  const first = Math.max(0, Math.floor(scroll_px / row_px) - MARGIN_ROWS);
  const shown = Math.ceil(height_px / row_px) + 2 * MARGIN_ROWS;
  return { first: Math.min(first, Math.max(0, rows - 1)), end: Math.min(rows, first + shown) };
}

/** Where to scroll so that a row is whole in view; the same place when it already is. */
export function scrollTo(index: number, row_px: number, scroll_px: number, height_px: number): number {
  const top = index * row_px;
  if (top < scroll_px) return top;
  return top + row_px > scroll_px + height_px ? top + row_px - height_px : scroll_px;
}
