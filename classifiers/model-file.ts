import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { HeadCalibration } from './calibrate-heads.ts';
import { countHeads, type Heads } from './heads.ts';
import { isWhole, LinearModel, type LinearWeights, type Machines } from './linear-model.ts';

/**
 * One file a model: a line of JSON, then the arrays, deflated. The digest is over the bytes before compression, so that
 * it does not depend on the compressor; it is stored with every decision.
 */
const FORMAT = 'aiguillage-linear-3';
/** 9 takes six times as long for 2 % fewer bytes. */
const DEFLATE_LEVEL = 7;

interface Header {
  readonly format: string;
  readonly heads: Heads;
  readonly mail: Sizes;
  readonly passage: Sizes;
  readonly calibration: HeadCalibration;
  readonly corpus: string;
}

interface Sizes {
  readonly features: number;
  readonly names_bytes: number;
}

export function writeModel(model: LinearWeights, corpus_digest: string): { bytes: Buffer; digest: string } {
  const mail = machineBytes(model.mail);
  const passage = machineBytes(model.passage);
  const header: Header = {
    format: FORMAT,
    heads: model.heads,
    mail: mail.sizes,
    passage: passage.sizes,
    calibration: model.calibration,
    corpus: corpus_digest,
  };
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...mail.parts, ...passage.parts]);
  return { bytes: deflateSync(plain, { level: DEFLATE_LEVEL }), digest: digestOf(plain) };
}

function machineBytes({ names, idf, scale, bias, weights }: Machines): { sizes: Sizes; parts: Buffer[] } {
  const text = Buffer.from(names.join('\n'), 'utf8');
  return {
    sizes: { features: names.length, names_bytes: text.length },
    parts: [
      text,
      floats(idf),
      floats(scale),
      floats(bias),
      Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength),
    ],
  };
}

/** @throws Error when the bytes are not a model of this format */
export function readModel(bytes: Buffer): { model: LinearModel; digest: string; corpus: string } {
  const plain = inflateSync(bytes);
  const newline = plain.indexOf(10);
  const header = JSON.parse(plain.subarray(0, newline).toString('utf8')) as Header;
  if (header.format !== FORMAT) throw new Error(`model file: format ${header.format}, expected ${FORMAT}`);
  let at = newline + 1;
  const take = (length: number): Buffer => plain.subarray(at, (at += length));
  const machines = ({ features, names_bytes }: Sizes, count: number): Machines => {
    const read: Machines = {
      names: take(names_bytes).toString('utf8').split('\n'),
      idf: toFloats(take(features * 4)),
      scale: toFloats(take(count * 4)),
      bias: toFloats(take(count * 4)),
      weights: toBytes(take(features * count)),
    };
    if (!isWhole(read, count)) throw new Error('model file: cut short');
    return read;
  };
  const weights: LinearWeights = {
    heads: header.heads,
    mail: machines(header.mail, countHeads(header.heads)),
    passage: machines(header.passage, header.heads.flags.length),
    calibration: header.calibration,
  };
  const digest = digestOf(plain);
  return { model: new LinearModel(weights, digest), digest, corpus: header.corpus };
}

function digestOf(plain: Buffer): string {
  return createHash('sha256').update(plain).digest('hex');
}

/** As they lie in memory: the machines Node runs on are little-endian, and byte by byte costs a tenth of a start. */
function floats(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A copy: in the file the numbers do not begin at a multiple of four. */
function toFloats(buffer: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(buffer).buffer);
}

function toBytes(buffer: Buffer): Int8Array {
  return new Int8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
