import type { WaveAnswer } from '../wave/bot.ts';

/** The supervisors' settings of the bot: config/bot.yaml and the answers of config/bot/*.md. */
export interface BotTerms {
  /** The mailbox a handed-over talk becomes a conversation of; its profile decides clock and answer way. */
  readonly mailbox: string;
  /** After so many failed requests an adviser is offered: two since 7 December 2021 (domain §1.2). */
  readonly failed_requests_max: number;
  /** What an explicit wish for a person does: at once, or count as one failed request. */
  readonly ask_human: 'immediate' | 'counts_as_failed';
  /** Motifs no robot answers: a person, at once. Holds every restricted motif. */
  readonly human_motifs: readonly string[];
  /** The bot answers from this confidence on, 0–1. */
  readonly answer_min: number;
  /** Two motifs are close when the second has at least this score, 0–1 … */
  readonly clarify_second_min: number;
  /** … and both together at least this one, 0–1. */
  readonly clarify_together_min: number;
  /** Without a turn for so long the talk is closed; a later turn reopens it. */
  readonly idle_minutes: number;
  /** A turn that comes later than this after the last begins a new topic. */
  readonly forget_hours: number;
  /** How long the bot may take over an answer; then the request has failed. */
  readonly answer_timeout_ms: number;
  readonly menu: readonly MenuEntry[];
  readonly texts: BotTexts;
  /** By motif id, links filled in. */
  readonly answers: Readonly<Record<string, string>>;
  /** Waves that go on now, with what a supervisor wrote for the bot: said before the answer of the motif. */
  readonly waves?: readonly WaveAnswer[];
}

export interface MenuEntry {
  /** As shown on the button. */
  readonly label: string;
  /** Other ways to name it. */
  readonly also: readonly string[];
  /** What the click is about; without one it only moves in the menu. */
  readonly motif?: string;
}

/** Sentences of the bot that belong to no motif. */
export const BOT_TEXT_NAMES = [
  'hello',
  'ask',
  'assumed',
  'glad',
  'sorry',
  'fallback',
  'clarify',
  'offer',
  'still_offered',
  'declined',
  'handover',
  'urgent',
  'danger',
  'grief',
  'menu',
  'calm',
] as const;
export type BotTextName = (typeof BOT_TEXT_NAMES)[number];
export type BotTexts = Readonly<Record<BotTextName, string>>;
