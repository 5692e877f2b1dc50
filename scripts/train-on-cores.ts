import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HeadCalibration } from '../classifiers/calibrate-heads.ts';
import { encodeExamples, type NamedExamples } from '../classifiers/encode-examples.ts';
import type { Example, Labels } from '../classifiers/examples.ts';
import type { LinearWeights } from '../classifiers/linear-model.ts';
import { TRAIN_OPTIONS, trainEncoded, trainingOf, trainWhole, type TrainOptions } from '../classifiers/train-linear.ts';
import { AiguillageError } from '../domain/errors.ts';

const THREAD = new URL('./train-thread.ts', import.meta.url);
/** The thread's own heap, in megabytes; the corpus and the weights lie outside of it. */
const MAX_HEAP_MB = 512;

/**
 * What trainLinear does (classifiers/train-linear.ts), to the last byte, on as many as two cores: the machines of the model
 * here, those that only calibrate it in a thread beside.
 * @throws AiguillageError MODEL_TRAINING when the thread fails
 */
export function trainOnCores(
  examples: readonly Example[],
  options: TrainOptions = TRAIN_OPTIONS,
  cores = os.availableParallelism(),
): Promise<LinearWeights> {
  return trainEncodedOnCores(encodeExamples(examples), () => true, options, cores);
}

/** {@link trainOnCores} on the examples that `keep` names. */
export async function trainEncodedOnCores(
  all: NamedExamples,
  keep: (example: Labels) => boolean,
  options: TrainOptions = TRAIN_OPTIONS,
  cores = os.availableParallelism(),
): Promise<LinearWeights> {
  if (cores < 2) return trainEncoded(all, keep, options);
  const training = trainingOf(all, keep, options);
  const thread = new Worker(THREAD, { workerData: training, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  const calibration = answerOf(thread);
  // Heard where it is awaited: the arithmetic before may fail by itself.
  calibration.catch(() => undefined);
  try {
    const whole = trainWhole(training, all);
    return { ...whole, calibration: await calibration };
  } finally {
    await thread.terminate();
  }
}

function answerOf(thread: Worker): Promise<HeadCalibration> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new AiguillageError('MODEL_TRAINING', why));
    thread.once('message', resolve);
    // Its name alone, as from the training process (train-child.ts).
    thread.once('error', ({ name, code }: NodeJS.ErrnoException) =>
      fail(`The calibrating thread failed (${code ?? name}).`),
    );
    thread.once('exit', (code) => fail(`The calibrating thread ended (${code}).`));
  });
}
