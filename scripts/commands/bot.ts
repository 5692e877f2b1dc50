import { z } from 'zod';
import { loadModel } from '../../classifiers/train.ts';
import { readEnv } from '../../config/env.ts';
import { provenRulebook } from '../../config/proven.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { next, type BotContext } from '../../domain/bot.ts';
import { newBotState } from '../../domain/bot/state.ts';
import type { AnswerMode } from '../../domain/bot/replies.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { compileRulebook } from '../../domain/match.ts';
import { linesOf, readJsonLine, TOO_LONG } from './lines.ts';

const LINE_CHARS_MAX = 2_000_000;
const TURNS_MAX = 500;
const TURN_CHARS_MAX = 20_000;

const line = z.object({
  id: z.union([z.string(), z.number()], { error: 'expected a string or a number' }),
  at: z.iso.datetime({ offset: true }).optional(),
  turns: z
    .array(z.object({ member: z.string().max(TURN_CHARS_MAX) }), { error: 'expected a list of {"member": "…"}' })
    .max(TURNS_MAX),
});
type Talk = z.infer<typeof line>;

/**
 * `bot --jsonl [--assume-answered]`: plays each talk through the bot's state machine, in the order of the input; no
 * database, no server. A line that cannot be read is named on stderr and left out; the others go on.
 * @param mode with `assume-answered` each request gets an answer, so that only the member's reactions make failures
 * @returns how many lines could not be read
 */
export async function bot(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  mode: AnswerMode,
): Promise<number> {
  const env = readEnv();
  const book = compileRulebook(await provenRulebook(env.config_dir ?? SHIPPED_CONFIG));
  const terms = book.bot;
  if (terms === undefined) throw new AiguillageError('CONFIG_INVALID', 'bot.yaml is missing.');
  const model = await loadModel();
  let number = 0;
  let bad = 0;
  for await (const lines of linesOf(input, LINE_CHARS_MAX)) {
    for (const text of lines) {
      number += 1;
      if (text !== TOO_LONG && text.trim() === '') continue;
      const talk = readJsonLine(text, number, line, LINE_CHARS_MAX);
      if (talk === undefined) {
        bad += 1;
        continue;
      }
      const at = talk.at ?? new Date().toISOString();
      const context = { book, model, terms, mode, mailbox: terms.mailbox, now: new Date(at) };
      const written = output.write(`${JSON.stringify(play(talk, at, context))}\n`);
      // A slow reader must not make us hold a million answers.
      if (!written) await new Promise((resolve) => output.once('drain', resolve));
    }
  }
  return bad;
}

function play(talk: Talk, at: string, context: Omit<BotContext, 'said'>): Record<string, unknown> {
  let state = newBotState(at);
  const said: string[] = [];
  const turns: { kind: string; failed_requests: number; reply: string | null }[] = [];
  for (const { member } of talk.turns) {
    const step = next(state, { text: member, at }, { ...context, said });
    state = step.state;
    said.push(member);
    turns.push({ kind: step.act.kind, failed_requests: state.failed, reply: step.reply?.text ?? null });
  }
  return {
    id: talk.id,
    outcome: state.outcome?.kind ?? 'answered',
    at_turn: state.outcome?.turn ?? null,
    motif: state.motif,
    flags: state.flags,
    turns,
  };
}
