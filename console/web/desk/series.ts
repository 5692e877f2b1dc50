import { call } from '../api/client.ts';
import type { Series } from '../api/types.ts';
import { cell } from '../shell/cell.ts';
import { complain, say } from '../shell/notices.tsx';
import { go } from '../shell/router.ts';
import { count } from '../words/words.ts';

interface Step {
  readonly kind: 'first' | 'series' | 'none';
  readonly conversation: string | null;
  readonly why: string | null;
}

const FIRST: Readonly<Record<string, string>> = {
  p0: 'Un P0 attend',
  p1: 'Un P1 attend',
  legal: 'Un délai fixé par la loi finit bientôt',
  back: 'Une conversation que vous aviez mise de côté est de retour',
  aged: 'Un message attend depuis trop longtemps',
  stock: 'Un message en retard attend',
};

/** The series under way; null when there is none. */
export const series = cell<Series | null>(null);
let busy = false;

/** Reads it again: something was answered, or began. */
export async function readSeries(): Promise<void> {
  try {
    series.set((await call<{ series: Series | null }>('GET', '/api/desk/series')).series);
  } catch {
    // Shown as it was; the page says itself when the server is away.
  }
}

/** Begins one. @throws ApiError */
export async function startSeries(queue: string, motif: string): Promise<void> {
  const step = await call<Step>('POST', '/api/desk/series', { queue, motif });
  if (step.kind === 'first')
    say(`${FIRST[step.why ?? ''] ?? 'Plus pressant'} : le voici d’abord. Relancez la série ensuite.`);
  if (step.kind === 'none') say('Rien n’attend de ce motif dans cette file.');
  await readSeries();
  if (step.kind === 'series') say(`Série de ${count(series.get()?.items.length ?? 1, 'conversation')}.`);
  if (step.conversation !== null) go('conversation', step.conversation);
}

/** The next of the series, after the one on the screen. */
export async function nextOfSeries(after: string | undefined): Promise<void> {
  await once(async () => {
    const step = await call<Step>('POST', '/api/desk/series/next', after === undefined ? {} : { after });
    await readSeries();
    if (step.kind === 'first')
      say(`${FIRST[step.why ?? ''] ?? 'Plus pressant'} : le voici d’abord. La série vous attend.`);
    if (step.kind === 'none') say(series.get() === null ? 'La série est finie.' : 'C’est la dernière de la série.');
    if (step.conversation !== null) go('conversation', step.conversation);
  });
}

/** Leaves the series; what is left goes back to its queue, but for the one on the screen. */
export async function leaveSeries(keep: string | undefined): Promise<void> {
  await once(async () => {
    const left = await call<{ given_back: number }>(
      'POST',
      '/api/desk/series/leave',
      keep === undefined ? {} : { keep },
    );
    series.set(null);
    say(
      left.given_back === 0
        ? 'La série est finie.'
        : `Série quittée : ${count(left.given_back, 'conversation est retournée', 'conversations sont retournées')} à la file.`,
    );
  });
}

async function once(act: () => Promise<void>): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    await act();
  } catch (error) {
    complain(error);
  } finally {
    busy = false;
  }
}
