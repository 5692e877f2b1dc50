import { fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { AiguillageError } from '../domain/errors.ts';
import type { TrainAnswer, TrainedModel, TrainRequest } from './train-child.ts';

const ENTRY = new URL('./train-child.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface TrainingLimits {
  /** From the request to the answer, the start of the process included. */
  readonly timeout_ms: number;
  /** Of the process; the thread beside it has a limit of its own (train-on-cores.ts). */
  readonly max_old_space_mb: number;
  /** As nice(1) counts: mail comes first on a machine that has few cores. */
  readonly nice: number;
}

/** A training takes less than a minute; a machine under load gets its time. */
export const TRAINING_LIMITS: TrainingLimits = { timeout_ms: 15 * 60_000, max_old_space_mb: 2_048, nice: 10 };

/**
 * Trains and judges in a process of its own, with low priority, reading the program and the corpus and nothing else.
 * @throws AiguillageError MODEL_TRAINING when it takes too long, too much memory, or fails
 */
export function trainApart(request: TrainRequest, limits: TrainingLimits = TRAINING_LIMITS): Promise<TrainedModel> {
  const child = fork(fileURLToPath(ENTRY), [], {
    execPath: process.execPath,
    execArgv: [
      `--max-old-space-size=${limits.max_old_space_mb}`,
      '--permission',
      '--allow-worker',
      `--allow-fs-read=${ROOT}`,
      `--allow-fs-read=${fileURLToPath(request.corpus)}`,
      '--disable-warning=ExperimentalWarning',
    ],
    env: {},
    serialization: 'advanced',
    // V8 writes its heap report to stderr; a log may not see a mail's words.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    const end = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new AiguillageError('MODEL_TRAINING', why));
    };
    const timer = setTimeout(() => end(`No answer within ${limits.timeout_ms / 1_000} s.`), limits.timeout_ms);
    child.once('spawn', () => {
      try {
        if (child.pid !== undefined) os.setPriority(child.pid, limits.nice);
      } catch {
        // Only a courtesy; it also fails when the process has already ended.
      }
    });
    child.once('message', (answer: TrainAnswer) => {
      if (answer.kind === 'failed') return end(`It failed while ${answer.at} (${answer.error}).`);
      clearTimeout(timer);
      resolve(answer.model);
    });
    child.once('exit', (code, signal) => end(`The training process ended (${signal ?? code}).`));
    child.once('error', () => end('The training process could not be started.'));
    child.send(request, (error) => {
      if (error !== null) end('The training process could not be reached.');
    });
  });
}
