import { createHash } from 'node:crypto';
import { frozenFigures, type FrozenFigures } from '../classifiers/compare.ts';
import type { Example } from '../classifiers/examples.ts';
import { readCorpus } from '../classifiers/files.ts';
import { readModel, writeModel } from '../classifiers/model-file.ts';
import { loadOrThrow } from '../config/load.ts';
import { compileRulebook } from '../domain/match.ts';
import { trainOnCores } from './train-on-cores.ts';

/**
 * The process that trains and judges a model, forked by training.ts: minutes of arithmetic, which would hold up every mail
 * if the running process did it. It is given no secret and never logs: it holds what members wrote.
 */
export interface TrainRequest {
  /** Folder of the corpus, a file: URL. */
  readonly corpus: string;
  readonly corrections: readonly Example[];
  readonly frozen: { readonly examples: readonly Example[]; readonly digest: string };
  /** Bytes of the model to be compared with. */
  readonly active: Uint8Array;
  /** The active rulebook's files: marks come from the rules and the model together. */
  readonly rules: Readonly<Record<string, string>>;
}

export interface TrainedModel {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly corpus_digest: string;
  readonly examples: number;
  /** The active model and the new one on the frozen set. */
  readonly before: FrozenFigures;
  readonly after: FrozenFigures;
}

export type TrainAnswer =
  | { readonly kind: 'trained'; readonly model: TrainedModel }
  /** How far it came, and the name of the error: its message may quote a mail. */
  | { readonly kind: 'failed'; readonly at: Stage; readonly error: string };

type Stage = 'reading the corpus' | 'training' | 'loading the rules' | 'judging';
let stage: Stage = 'reading the corpus';

async function train(request: TrainRequest): Promise<TrainedModel> {
  const corpus = await readCorpus(new URL(request.corpus));
  stage = 'training';
  // Nothing that judges may teach, whatever people have copied into a mail.
  const judges = new Set(request.frozen.examples.map((mail) => mail.body.trim()));
  const corrections = request.corrections.filter((mail) => !judges.has(mail.body.trim()));
  const examples = [...corpus.examples, ...corrections];
  const corpus_digest = digestOf(corpus.digest, corrections);
  const { bytes, digest } = writeModel(await trainOnCores(examples), corpus_digest);
  stage = 'loading the rules';
  const book = compileRulebook(loadOrThrow(new Map(Object.entries(request.rules))));
  stage = 'judging';
  const judge = (model: Uint8Array): FrozenFigures =>
    // Through the bytes, as production loads it: what is judged is what would decide.
    frozenFigures(request.frozen.examples, request.frozen.digest, readModel(Buffer.from(model)).model, book);
  return {
    digest,
    bytes,
    corpus_digest,
    examples: examples.length,
    before: judge(request.active),
    after: judge(bytes),
  };
}

function digestOf(corpus: string, corrections: readonly Example[]): string {
  if (corrections.length === 0) return corpus;
  return createHash('sha256').update(corpus).update('\0').update(JSON.stringify(corrections)).digest('hex');
}

process.once('message', (request: TrainRequest) => {
  train(request)
    .then((model): TrainAnswer => ({ kind: 'trained', model }))
    .catch((error: unknown): TrainAnswer => {
      const { name, code } = error as { name?: string; code?: string };
      return { kind: 'failed', at: stage, error: code ?? name ?? 'unknown' };
    })
    .then((answer) => process.send?.(answer, () => process.exit(0)))
    .catch(() => process.exit(1));
});
// Whoever asked is gone and nobody will take the answer. Heard after the training at the latest: it does not look up.
process.on('disconnect', () => process.exit(1));
