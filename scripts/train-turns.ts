import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { setRows, trainTurns, turnRows, type LabelledTalk, type TurnSet } from '../classifiers/train-turns.ts';

/**
 * Trains the bot's turn model on all labelled talks, and on turns written for many hands, and writes it where the pure
 * core imports it. The same files give the same model.
 */
const TALKS = new URL('../classifiers/bot/dialogues.jsonl', import.meta.url);
const TURNS = new URL('../classifiers/bot/turns.jsonl', import.meta.url);
const WEIGHTS = new URL('../domain/bot/turn-weights.ts', import.meta.url);

const lines = <T>(text: string): T[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const [talks, sets] = [await readFile(TALKS, 'utf8'), await readFile(TURNS, 'utf8')];
const rows = [...turnRows(lines<LabelledTalk>(talks)), ...setRows(lines<TurnSet>(sets))];
const { weights, steps } = trainTurns(rows);
const digest = createHash('sha256').update(talks).update(sets).digest('hex');
await writeFile(
  WEIGHTS,
  `import { decodeTurnModel } from './turn-model.ts';

/** Written by scripts/train-turns.ts; do not edit. Digest of the talks and turns it was trained on. */
export const TURN_TALKS_SHA256 = '${digest}';
const STEPS = [${steps.map((step) => Number(step.toPrecision(9))).join(', ')}];
export const SHIPPED_TURNS = decodeTurnModel(
  // prettier-ignore
  '${Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).toString('base64')}',
  STEPS,
);
`,
);
console.log(`${rows.length} turns, sha256 ${digest}`);
