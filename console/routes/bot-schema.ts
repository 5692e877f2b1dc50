import { z } from 'zod';
import { TURN_KINDS } from '../../domain/bot/state.ts';
import { isNir } from '../../domain/privacy.ts';
import { id, instant } from './schemas.ts';

/** Shapes of the bot API. What is refused is refused as a whole: nothing is cut or mended. */
export const TEXT_CHARS_MAX = 4_000;

/** No NUL, no half surrogate: PostgreSQL stores neither. */
const clean = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), { error: 'unreadable characters' });
const said = clean(TEXT_CHARS_MAX).refine((text) => text.trim() !== '', { error: 'empty' });

export const results = ['answered', 'clarify', 'fallback', 'timeout', 'error'] as const;

export const talkBody = z.strictObject({
  mode: z.enum(['embedded', 'external']).default('embedded'),
  member: z.strictObject({
    account: clean(128).regex(/^[\x21-\x7e]+$/),
    name: clean(200).optional(),
    /** Known from the account only; shown to whoever answers, never to a partner, and never asked in the chat. */
    nir: z
      .string()
      .max(30)
      .refine(isNir, { error: 'not a NIR' })
      .describe('15 caractères avec une clé valable (2A et 2B compris), espaces permis')
      .optional(),
  }),
});

export const turnBody = z.strictObject({
  text: said,
  button: z.enum(['yes', 'no', 'human', 'menu']).optional(),
  bot: z.strictObject({ result: z.enum(results), text: said.optional() }).optional(),
});

export const verdictBody = z.strictObject({
  turn: z.int().min(1).max(10_000),
  result: z.enum(results),
  text: said.optional(),
});

/** Visible ASCII, as a client makes it; long enough not to be chosen twice by chance. */
export const idempotencyHeaders = z.object({ 'idempotency-key': z.string().regex(/^[\x21-\x7e]{8,128}$/) });

const state = z.object({
  id,
  turn: z.int(),
  status: z.enum(['open', 'offered', 'accepted', 'handed', 'silenced', 'closed']),
  failed_requests: z.int(),
  /** The member is being asked: « souhaitez-vous écrire à un conseiller ? » */
  offer: z.boolean(),
  handed_over: z.boolean(),
  outcome: z.enum(['answered', 'offer-human', 'immediate-human']),
  motif: z.string().nullable(),
  flags: z.array(z.string()),
});

export const botAnswer = state.extend({
  kind: z.enum(TURN_KINDS).nullable(),
  reply: z
    .object({
      kind: z.enum(['answer', 'clarify', 'text']),
      id: z.string(),
      text: z.string(),
      choices: z.array(z.object({ motif: z.string(), label: z.string() })),
    })
    .nullable(),
});

export const talkView = state.extend({
  mode: z.enum(['embedded', 'external']),
  said: z.array(
    z.object({
      n: z.int(),
      by: z.enum(['member', 'bot', 'adviser']),
      text: z.string(),
      at: instant,
      turn: z.int(),
    }),
  ),
});

const refusal = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

/** What every route of the bot API may refuse with; codes in docs/errors.md. None of them changes anything. */
export const refusals = {
  400: refusal.describe('BAD_INPUT : le corps ou un paramètre n’a pas la forme attendue'),
  401: refusal.describe('BOT_UNSIGNED, BOT_SIGNATURE, BOT_CLOCK'),
  404: refusal.describe('NOT_FOUND (aussi pour un échange d’un autre portail), BOT_OFF'),
  409: refusal.describe('BOT_REPLAY, BOT_STATE, BOT_LIMIT'),
  413: refusal.describe('BAD_INPUT : la requête est trop volumineuse'),
  415: refusal.describe('BAD_INPUT : le corps n’est pas du JSON'),
  422: refusal.describe('IDEMPOTENCY_REUSED'),
  429: refusal.describe('BOT_TOO_FAST, avec Retry-After en secondes'),
};
