import { isRefused, lintReply, type Finding } from '../linter.ts';
import { hasPersonal } from '../privacy.ts';
import { oneLine } from '../template.ts';

/** The few words a supervisor writes for a wave: one sentence in the acknowledgment, one answer of the bot. */

export const SENTENCE_CHARS_MAX = 300;
export const BOT_ANSWER_CHARS_MAX = 800;

/** Why a sentence may not stand in an acknowledgment, in French for its author; undefined when it may. */
export function sentenceProblem(sentence: string): string | undefined {
  if (sentence !== oneLine(sentence)) return 'La phrase tient sur une seule ligne.';
  if (sentence.length > SENTENCE_CHARS_MAX) return `La phrase a au plus ${SENTENCE_CHARS_MAX} signes.`;
  if (/[{}]/.test(sentence)) return 'La phrase ne contient pas de champ entre accolades.';
  // « . » inside « 08.09 » or « ameli.fr » ends nothing.
  if (/[.!?…]\s+\p{L}/u.test(sentence)) return 'Une seule phrase : l’accusé de réception doit rester court.';
  if (!/[.!?…»)]$/.test(sentence)) return 'La phrase finit par un point.';
  if (hasPersonal(sentence)) return 'La phrase part à tous : ni adresse, ni numéro.';
  return undefined;
}

/** What the reader of drafts says of words that leave to many on open mail. */
export function lintForAll(text: string): Finding[] {
  return lintReply(text, { open_mail: true, attachments: [] });
}

/**
 * The acknowledgment with the sentence as its second paragraph, after the greeting. The mentions of CRPA R112-11-1 stay as
 * they are. @returns the body unchanged where the whole would be refused
 */
export function withSentence(body: string, sentence: string): string {
  if (sentenceProblem(sentence) !== undefined) return body;
  const greeting = /^[^\n]*\n\s*\n/.exec(body);
  const whole =
    greeting === null
      ? `${body.trimEnd()}\n\n${sentence}\n`
      : `${greeting[0]}${sentence}\n\n${body.slice(greeting[0].length)}`;
  return isRefused(lintForAll(whole)) ? body : whole;
}

/** Letters with the signs names are written with; nothing a mail program would read as an address or a command. */
const NAME = /^\p{L}[\p{L}\p{M}'’-]*\.?(?: \p{L}[\p{L}\p{M}'’-]*\.?){1,3}$/u;
const NAME_CHARS_MAX = 40;

/**
 * « Bonjour Camille Exemple, » where the template says « Bonjour, » and the sender's name looks like one; else as it is. A
 * name in capitals is not shouted back.
 */
export function greet(body: string, sender_name: string): string {
  const name = oneLine(sender_name);
  if (name.length > NAME_CHARS_MAX || !NAME.test(name)) return body;
  const written = name
    .split(' ')
    .map((word) => (word.length > 1 && word === word.toUpperCase() ? capitalised(word) : word))
    .join(' ');
  return body.replace(/^Bonjour,/, () => `Bonjour ${written},`);
}

function capitalised(word: string): string {
  return word
    .toLowerCase()
    .replace(/(^|['’-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
