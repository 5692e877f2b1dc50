import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Example } from './examples.ts';
import { readCorpus } from './files.ts';
import type { LinearModel, LinearWeights } from './linear-model.ts';
import { readModel, writeModel } from './model-file.ts';
import { trainLinear } from './train-linear.ts';

/** The shipped model; `train` writes it, and an empty database begins with it (scripts/seed-model.ts). */
export const MODEL_FILE = new URL('./motif.model', import.meta.url);

export async function loadModel(file: URL = MODEL_FILE): Promise<LinearModel> {
  return readModel(await readFile(file)).model;
}

/** The shipped model as it is stored: its bytes, its digest, and the digest of its corpus. */
export async function shippedModel(
  file: URL = MODEL_FILE,
): Promise<{ readonly bytes: Buffer; readonly digest: string; readonly corpus: string }> {
  const bytes = await readFile(file);
  const { digest, corpus } = readModel(bytes);
  return { bytes, digest, corpus };
}

/**
 * Trains on the whole corpus and replaces the model file. The same corpus gives the same digest.
 * @param train how; scripts/train-on-cores.ts gives the same weights sooner
 */
export async function trainAndWrite(
  file: URL = MODEL_FILE,
  train: (examples: readonly Example[]) => LinearWeights | Promise<LinearWeights> = trainLinear,
): Promise<{ digest: string; examples: number; features: number; bytes: number }> {
  const corpus = await readCorpus();
  const weights = await train(corpus.examples);
  const { bytes, digest } = writeModel(weights, corpus.digest);
  const temporary = new URL(`${file.href}.part`);
  await writeFile(temporary, bytes);
  await rename(temporary, file);
  return { digest, examples: corpus.examples.length, features: weights.mail.names.length, bytes: bytes.length };
}
