import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Calibration } from './calibrate.ts';
import { LinearModel, type LinearWeights } from './linear-model.ts';

/**
 * One file a model: a line of JSON, then the arrays, deflated. The digest is over the bytes before compression, so that
 * it does not depend on the compressor; it is stored with every decision.
 */
const FORMAT = 'aiguillage-linear-1';

interface Header {
  readonly format: string;
  readonly motifs: readonly string[];
  readonly features: number;
  readonly names_bytes: number;
  readonly calibration: Calibration;
  readonly corpus: string;
}

export function writeModel(model: LinearWeights, corpus_digest: string): { bytes: Buffer; digest: string } {
  const names = Buffer.from(model.dictionary.names.join('\n'), 'utf8');
  const header: Header = {
    format: FORMAT,
    motifs: model.motifs,
    features: model.dictionary.names.length,
    names_bytes: names.length,
    calibration: model.calibration,
    corpus: corpus_digest,
  };
  const plain = Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    names,
    floats(model.dictionary.idf),
    floats(model.scale),
    floats(model.bias),
    Buffer.from(model.weights.buffer, model.weights.byteOffset, model.weights.byteLength),
  ]);
  return { bytes: deflateSync(plain, { level: 9 }), digest: digestOf(plain) };
}

/** @throws Error when the bytes are not a model of this format */
export function readModel(bytes: Buffer): { model: LinearModel; digest: string; corpus: string } {
  const plain = inflateSync(bytes);
  const newline = plain.indexOf(10);
  const header = JSON.parse(plain.subarray(0, newline).toString('utf8')) as Header;
  if (header.format !== FORMAT) throw new Error(`model file: format ${header.format}, expected ${FORMAT}`);
  let at = newline + 1;
  const take = (length: number): Buffer => plain.subarray(at, (at += length));
  const names = take(header.names_bytes).toString('utf8').split('\n');
  const idf = toFloats(take(header.features * 4));
  const scale = toFloats(take(header.motifs.length * 4));
  const bias = toFloats(take(header.motifs.length * 4));
  const raw = take(header.features * header.motifs.length);
  if (raw.length !== header.features * header.motifs.length || names.length !== header.features)
    throw new Error('model file: cut short');
  const weights = new Int8Array(raw.buffer, raw.byteOffset, raw.length);
  const digest = digestOf(plain);
  const model = new LinearModel(
    { motifs: header.motifs, dictionary: { names, idf }, weights, scale, bias, calibration: header.calibration },
    digest,
  );
  return { model, digest, corpus: header.corpus };
}

function digestOf(plain: Buffer): string {
  return createHash('sha256').update(plain).digest('hex');
}

/** Little-endian on every machine. */
function floats(values: Float32Array): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeFloatLE(value, i * 4);
  return buffer;
}

function toFloats(buffer: Buffer): Float32Array {
  return Float32Array.from({ length: buffer.length / 4 }, (_, i) => buffer.readFloatLE(i * 4));
}
