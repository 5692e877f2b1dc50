import { textFacts } from '../facts.ts';
import { compileCondition } from '../match.ts';

/** What the bot says about a wave, and when: for the bot channel. */
export interface WaveAnswer {
  readonly id: string;
  readonly label: string;
  readonly answer: string;
  /** The motif most of its mails have; null when none stands out. */
  readonly motif: string | null;
  /** As in flags.yaml. Where there are any, one of them must be said; else the motif alone decides. */
  readonly phrases: readonly string[];
  /** ISO instant from which it is no longer said. */
  readonly ends_at: string;
}

/** What a member asked: the words, and the motif the bot understood. */
export interface WaveQuestion {
  readonly text: string;
  readonly motif: string | null;
  /** ISO instant. */
  readonly at: string;
}

/** The first wave a question is about. Waves that have ended are passed over. */
export function waveAnswer(waves: readonly WaveAnswer[], question: WaveQuestion): WaveAnswer | undefined {
  return waves.find((wave) => {
    if (Date.parse(wave.ends_at) <= Date.parse(question.at)) return false;
    if (wave.phrases.length === 0) return wave.motif !== null && wave.motif === question.motif;
    const test = compileCondition({ any: [{ any_phrase: wave.phrases }] }, 'wave');
    return test({ ...textFacts(question.text, question.at), channel: 'bot' }, contextOf(question)).matched;
  });
}

const contextOf = ({ at, motif }: WaveQuestion) => ({
  now: new Date(at),
  motif,
  level: 'n1' as const,
  flags: [],
  prior_contacts: 0,
});
