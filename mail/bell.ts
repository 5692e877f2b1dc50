/** Something to wait on that may ring before anybody waits: no ring is ever missed. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Takes a ring that came before. */
  take(): boolean {
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  /** Waits for a ring, at most `ms`. The ring is left for {@link take}. */
  async wait(ms: number): Promise<void> {
    if (this.#rung) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.max(0, ms));
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}

/** Waits `ms`, or less when the signal is aborted. Never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** 1 s, 2 s, 4 s … up to the longest. */
export function backoff(failures: number, timings: { backoff_min_ms: number; backoff_max_ms: number }): number {
  return Math.min(timings.backoff_max_ms, timings.backoff_min_ms * 2 ** Math.min(failures - 1, 30));
}
