/** One page's stream of GET /api/live over a real connection; waits on what comes, never on the clock. */
import type { LiveChange } from '../../console/live/hub.ts';
import type { Person } from './world.ts';

const WAIT_MS = 5_000;

export interface Told extends LiveChange {
  readonly event: string;
  readonly id: number;
}

export interface Listening {
  readonly status: number;
  /** Everything told so far. */
  readonly told: Told[];
  /** Everything as it came, for what must not be in it. */
  readonly raw: () => string;
  /** The first event that fits, told already or yet to come. */
  until(fits: (told: Told) => boolean): Promise<Told>;
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  stop(): void;
}

export async function listen(url: string, person: Person, last_id?: number): Promise<Listening> {
  const abort = new AbortController();
  const answer = await fetch(`${url}/api/live`, {
    headers: { cookie: person.cookie, ...(last_id === undefined ? {} : { 'last-event-id': String(last_id) }) },
    signal: abort.signal,
  });
  const told: Told[] = [];
  let raw = '';
  let wake: () => void = () => undefined;
  async function read(): Promise<void> {
    let rest = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      raw += chunk;
      rest += chunk;
      const frames = rest.split('\n\n');
      rest = frames.pop()!;
      for (const frame of frames) {
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
        const data = field('data');
        if (data !== undefined) told.push({ ...JSON.parse(data), event: field('event'), id: Number(field('id')) });
      }
      wake();
    }
  }
  const ended = (answer.status === 200 ? read() : answer.arrayBuffer().then(() => undefined)).catch(() => undefined);
  return {
    status: answer.status,
    told,
    raw: () => raw,
    ended,
    stop: () => abort.abort(),
    async until(fits) {
      const timeout = AbortSignal.timeout(WAIT_MS);
      for (;;) {
        const found = told.find(fits);
        if (found !== undefined) return found;
        if (timeout.aborted) throw new Error(`not told within ${WAIT_MS} ms; told: ${JSON.stringify(told)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          timeout.addEventListener('abort', () => resolve());
        });
      }
    },
  };
}
