/**
 * Is anybody there? A page that goes on asking by itself would keep a forgotten session alive for ever, and somebody's
 * hold on a conversation with it. After ten minutes without a key or a pointer it asks for nothing.
 */
const AWAY_MS = 10 * 60_000;

let last_ms = Date.now();
for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'focus'])
  addEventListener(kind, () => void (last_ms = Date.now()), { passive: true, capture: true });

/** True when the page may ask for something nobody pressed a key for. */
export function isWatched(): boolean {
  return !document.hidden && Date.now() - last_ms < AWAY_MS;
}
