import { RowCollector, type EncodedRows } from './encoded-rows.ts';
import { Encoder } from './encoder.ts';
import type { Example, Labels } from './examples.ts';
import { readFeatures } from './features.ts';
import { PassageEncoder } from './passage-encoder.ts';
import { prepareExample } from './prepare.ts';

/** What a fit needs of labelled mails: no word of them. */
export interface EncodedExamples {
  readonly examples: readonly Labels[];
  readonly mails: EncodedRows;
  readonly passages: EncodedRows;
}

/** Labelled mails with their features counted, which is the same work for every fold. */
export interface NamedExamples extends EncodedExamples {
  readonly names: readonly string[];
  readonly passage_names: readonly string[];
}

export function encodeExamples(examples: readonly Example[]): NamedExamples {
  const encoder = new Encoder();
  const passageEncoder = new PassageEncoder();
  const mails = new RowCollector();
  const passages = new RowCollector();
  const read = new Map<string, number>();
  for (const example of examples) {
    // Counted voice by voice, so that a mail more in one changes nothing in the others.
    const before = read.get(example.voice) ?? 0;
    read.set(example.voice, before + 1);
    const features = readFeatures(prepareExample(before % 2 === 0 ? example : withoutEnvelope(example)));
    mails.push(encoder.count(features));
    mails.endMail();
    passageEncoder.each(features, (passage) => passages.push(passage));
    passages.endMail();
  }
  return {
    examples: examples.map(labelsOf),
    mails: mails.rows(encoder.names.length),
    passages: passages.rows(passageEncoder.names.length),
    names: encoder.names,
    passage_names: passageEncoder.names,
  };
}

/**
 * Every second mail is learnt as if it came to the members' open mailbox from nobody known: an employer or a surgery often
 * writes there, and a model that had always seen their own mailboxes would hear a member.
 */
function withoutEnvelope(example: Example): Example {
  const { mailbox: _mailbox, from: _from, ...rest } = example;
  return rest;
}

function labelsOf(example: Example): Labels {
  const { voice, motif, accept = [], secondary = [], level, flags, public: who, teaches } = example;
  return { voice, motif, accept, secondary, level, flags, public: who, ...(teaches === undefined ? {} : { teaches }) };
}
