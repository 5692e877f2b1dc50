import type { Evidence, ModelReading, MotifInput, MotifModel, RankedMotif } from '../domain/facts.ts';
import { calibrated, logistic, softmax } from './calibrate.ts';
import { thresholdFor, type HeadCalibration } from './calibrate-heads.ts';
import { Encoder, KNOWN_WORDS_MAX } from './encoder.ts';
import { Explainer } from './explain.ts';
import { readFeatures, TEXT_WORDS_MAX, WORD_GRAMS_MAX, type MailReading } from './features.ts';
import type { Heads } from './heads.ts';
import { PassageEncoder } from './passage-encoder.ts';
import type { Passage } from './passages.ts';
import { rounded } from './rounded.ts';
import { Scorer } from './scorer.ts';
import { NOTHING_SAID } from './train-passages.ts';
import { PASSAGE_WEIGHTS, weighInto } from './weigh.ts';
import { WordLetters } from './word-letters.ts';

/** One set of yes/no machines. Weights are bytes, feature by feature, each machine with its scale. */
export interface Machines {
  readonly names: readonly string[];
  readonly idf: Float32Array;
  /** names × machines, feature-major. */
  readonly weights: Int8Array;
  /** By machine: what one unit of a byte is worth. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** All that a trained model is, its calibration aside. */
export interface Uncalibrated {
  readonly heads: Heads;
  /** Every head, from the whole mail. */
  readonly mail: Machines;
  /** The flags once more, passage by passage. */
  readonly passage: Machines;
}

export interface LinearWeights extends Uncalibrated {
  readonly calibration: HeadCalibration;
}

/** Candidates below this say nothing to anybody. */
const SCORE_MIN = 0.0005;
const SECONDARY_MAX = 2;

/** The linear model: one pass over the mail's features answers every head, the same for ever for the same bytes. */
export class LinearModel implements MotifModel {
  readonly digest: string;
  readonly #model: LinearWeights;
  readonly #encoder: Encoder;
  readonly #passageEncoder: PassageEncoder;
  readonly #explainer: Explainer;
  #last: Scored | undefined;
  /** Every mail asks for the same. */
  #threshold: { readonly target: number; readonly confidence: number } | undefined;
  readonly #scorer: Scorer;
  readonly #passageScorer: Scorer;
  readonly #letters: WordLetters;

  constructor(model: LinearWeights, digest: string) {
    this.digest = digest;
    this.#model = model;
    this.#passageEncoder = new PassageEncoder(model.passage.names);
    this.#scorer = new Scorer(model.mail, {
      ...{ sums: KNOWN_WORDS_MAX, asked: TEXT_WORDS_MAX, features: WORD_GRAMS_MAX },
    });
    this.#letters = new WordLetters(this.#scorer, model.mail.idf, KNOWN_WORDS_MAX);
    this.#encoder = new Encoder(model.mail.names, this.#letters);
    this.#passageScorer = new Scorer(model.passage);
    this.#explainer = new Explainer(model, this.#scorer, this.#encoder, this.#letters);
  }

  get weights(): LinearWeights {
    return this.#model;
  }

  rank(input: MotifInput): RankedMotif[] {
    const { heads, calibration } = this.#model;
    const probabilities = calibrated(this.scores(input).subarray(0, heads.motifs.length), calibration);
    const ranked: RankedMotif[] = [];
    for (let k = 0; k < heads.motifs.length; k += 1) {
      const score = rounded(probabilities[k]!);
      if (score >= SCORE_MIN) ranked.push({ motif: heads.motifs[k]!, score });
    }
    return ranked.sort((a, b) => b.score - a.score || (a.motif < b.motif ? -1 : 1));
  }

  read(input: MotifInput): ModelReading {
    const { heads, calibration } = this.#model;
    const { scores, best } = this.#scored(input);
    const flagsFrom = heads.motifs.length;
    const publicsFrom = flagsFrom + heads.flags.length;
    const expertAt = publicsFrom + heads.publics.length;
    const flags = new Map<string, number>();
    for (let k = 0; k < heads.flags.length; k += 1) {
      const flag = heads.flags[k]!;
      const said = logistic([scores[flagsFrom + k]!, best[k]!], calibration.flags[flag]);
      flags.set(flag, rounded(said));
    }
    const publics = softmax(scores.subarray(publicsFrom, expertAt), calibration.public_temperature);
    return {
      secondary: this.#secondary(scores),
      flags,
      publics: heads.publics
        .map((kind, k) => ({ public: kind, score: rounded(publics[k]!) }))
        .sort((a, b) => b.score - a.score),
      expert: rounded(logistic([scores[expertAt]!], calibration.expert)),
    };
  }

  /** The confidence from which on motifs were right at `target` (0–1) on voices never heard; 1 when nothing was. */
  thresholdFor(target: number): number {
    if (this.#threshold?.target !== target)
      this.#threshold = { target, confidence: thresholdFor(this.#model.calibration.curve, target) };
    return this.#threshold.confidence;
  }

  /** Raw scores by head, before calibration. */
  scores(input: MotifInput): Float32Array {
    return this.#scored(input).scores;
  }

  evidence(input: MotifInput, output: string, max: number): Evidence[] {
    const { heads } = this.#model;
    if (output.startsWith('flag:')) return this.#flagEvidence(input, output);
    const head = heads.motifs.indexOf(output);
    if (head < 0) return [];
    this.#scored(input);
    return this.#explainer.explain(input, head, max).map((span) => ({
      for: `motif:${output}`,
      part: 'body',
      ...span,
    }));
  }

  /** The passage that says most for a flag. */
  #flagEvidence(input: MotifInput, output: string): Evidence[] {
    const k = this.#model.heads.flags.indexOf(output.slice('flag:'.length));
    const { features, where } = this.#scored(input);
    const passage = where[k];
    if (passage === undefined) return [];
    const inSubject = features.subject.length;
    const from = passage.end <= inSubject ? passage.first : Math.max(passage.first, inSubject);
    return [
      {
        for: output,
        part: passage.end <= inSubject ? 'subject' : features.textPart,
        start: features.words[from]!.start,
        end: features.words[passage.end - 1]!.end,
      },
    ];
  }

  /** Other motifs whose own machine says yes: the next best of all, if they do. */
  #secondary(scores: Float32Array): string[] {
    const { heads, calibration } = this.#model;
    const best: number[] = [];
    for (let k = 0; k < heads.motifs.length; k += 1) {
      let place = best.length;
      while (place > 0 && scores[k]! > scores[best[place - 1]!]!) place -= 1;
      if (place <= SECONDARY_MAX) best.splice(place, 0, k);
      if (best.length > 1 + SECONDARY_MAX) best.pop();
    }
    return best
      .slice(1)
      .filter((k) => scores[k]! >= calibration.secondary_min)
      .map((k) => heads.motifs[k]!);
  }

  /** One decision asks several times about one mail. */
  #scored(input: MotifInput): Scored {
    if (this.#last?.input !== input) {
      const { mail, passage, heads } = this.#model;
      const features = readFeatures(input);
      this.#letters.begin();
      weighInto(this.#scorer.row, this.#encoder.count(features), mail.idf);
      this.#letters.end();
      const best = new Float32Array(heads.flags.length).fill(NOTHING_SAID);
      const where: (Passage | undefined)[] = heads.flags.map(() => undefined);
      const said = new Float32Array(heads.flags.length);
      this.#passageEncoder.each(features, (encoded, span) => {
        weighInto(this.#passageScorer.row, encoded, passage.idf, undefined, PASSAGE_WEIGHTS);
        const scores = this.#passageScorer.score(said);
        for (let k = 0; k < scores.length; k += 1) {
          if (scores[k]! <= best[k]!) continue;
          best[k] = scores[k]!;
          where[k] = span;
        }
      });
      this.#last = { input, features, scores: this.#scorer.score(), best, where };
    }
    return this.#last;
  }
}

interface Scored {
  readonly input: MotifInput;
  readonly features: MailReading;
  readonly scores: Float32Array;
  /** By flag: the most a passage says for it, and which one. */
  readonly best: Float32Array;
  readonly where: readonly (Passage | undefined)[];
}

/** Are the parts of a set of machines of one size? */
export function isWhole({ names, idf, weights, scale, bias }: Machines, machines: number): boolean {
  return (
    idf.length === names.length &&
    weights.length === names.length * machines &&
    scale.length === machines &&
    bias.length === machines
  );
}
