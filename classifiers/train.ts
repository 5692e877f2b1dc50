import { readFile, rename, writeFile } from 'node:fs/promises';
import { readCorpus } from './files.ts';
import type { LinearModel } from './linear-model.ts';
import { readModel, writeModel } from './model-file.ts';
import { trainLinear } from './train-linear.ts';

/** The shipped model; `train` writes it, every process reads it at its start. */
export const MODEL_FILE = new URL('./motif.model', import.meta.url);

export async function loadModel(file: URL = MODEL_FILE): Promise<LinearModel> {
  return readModel(await readFile(file)).model;
}

/** Trains on the whole corpus and replaces the model file. The same corpus gives the same digest. */
export async function trainAndWrite(
  file: URL = MODEL_FILE,
): Promise<{ digest: string; examples: number; features: number; bytes: number }> {
  const corpus = await readCorpus();
  const weights = trainLinear(corpus.examples);
  const { bytes, digest } = writeModel(weights, corpus.digest);
  const temporary = new URL(`${file.href}.part`);
  await writeFile(temporary, bytes);
  await rename(temporary, file);
  return { digest, examples: corpus.examples.length, features: weights.dictionary.names.length, bytes: bytes.length };
}
