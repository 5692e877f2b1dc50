import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { trainTurns, turnRows, type LabelledTalk } from '../classifiers/train-turns.ts';

/** Trains the bot's turn model on all labelled talks and writes it where the pure core imports it. The same talks give the same file. */
const TALKS = new URL('../classifiers/bot/dialogues.jsonl', import.meta.url);
const WEIGHTS = new URL('../domain/bot/turn-weights.ts', import.meta.url);

const text = await readFile(TALKS, 'utf8');
const talks = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as LabelledTalk);
const { weights, steps } = trainTurns(turnRows(talks));
const digest = createHash('sha256').update(text).digest('hex');
await writeFile(
  WEIGHTS,
  `import { decodeTurnModel } from './turn-model.ts';

/** Written by scripts/train-turns.ts; do not edit. Digest of the talks it was trained on. */
export const TURN_TALKS_SHA256 = '${digest}';
const STEPS = [${steps.map((step) => Number(step.toPrecision(9))).join(', ')}];
export const SHIPPED_TURNS = decodeTurnModel(
  // prettier-ignore
  '${Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).toString('base64')}',
  STEPS,
);
`,
);
console.log(`${talks.length} talks, sha256 ${digest}`);
