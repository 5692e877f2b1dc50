import { Worker } from 'node:worker_threads';
import { AiguillageError } from '../domain/errors.ts';
import type { PlanOutput } from '../domain/plan-levers.ts';
import type { PlanAnswer, PlanWork } from './plan-thread.ts';

const HEAP_MB_MAX = 512;

/** Runs simulations one at a time: the machine's other core belongs to the mail. */
export class PlanRunner {
  readonly #timeout_ms: number;
  #busy = false;

  constructor(timeout_ms: number) {
    this.#timeout_ms = timeout_ms;
  }

  /** @throws AiguillageError TOO_BUSY when another one runs, or this one takes too long; what the simulation throws */
  async run(work: PlanWork): Promise<PlanOutput> {
    if (this.#busy) throw new AiguillageError('TOO_BUSY', 'Another plan is running.');
    this.#busy = true;
    const thread = new Worker(new URL('./plan-thread.ts', import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<PlanAnswer>((resolve, reject) => {
        timer = setTimeout(() => reject(new AiguillageError('TOO_BUSY', 'The plan took too long.')), this.#timeout_ms);
        thread.once('message', resolve);
        thread.once('error', reject);
        // Only an end without an answer and without an error comes first here.
        thread.once('exit', () => reject(new AiguillageError('TOO_BUSY', 'The plan ended without a result.')));
      });
      if ('code' in answer) throw new AiguillageError(answer.code);
      return answer.output;
    } finally {
      clearTimeout(timer);
      await thread.terminate();
      this.#busy = false;
    }
  }
}
