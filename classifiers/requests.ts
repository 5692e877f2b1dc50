import { singular, type Word } from '../domain/match/words.ts';

/**
 * Sentences that ask something. In a long mail the story speaks of ten things and one sentence says what is wanted
 * (« a date question is 01, an amount question is 02 », domain §3.2), so its words count once more.
 */
const CUES = new Set(
  (
    'pouvez pourriez pouvons pourrai voudrais voudrait voudrions souhaite souhaitons souhaiterais souhaiterai aimerais ' +
    'aimerai veux besoin comment quand combien pourquoi svp stp faut faudrait dois devons savoir possible envoyer renvoyer ' +
    'conteste reclame prie demande demandons redemande merci peut puis quel quelle ou est-ce please can how when why need want'
  )
    .split(' ')
    .map(singular),
);
/** Words with too many other uses to make a request by themselves. */
const WEAK = new Set(['ou', 'quel', 'quelle', 'peut', 'merci', 'possible'].map(singular));
const WEAK_MIN = 2;

/** The words of the asking sentences of `text`, in order. */
export function requestWords(words: readonly Word[], text: string): Word[] {
  const asking: Word[] = [];
  let from = 0;
  for (let i = 1; i <= words.length; i += 1) {
    const next = words[i];
    if (next !== undefined && next.gap !== 'stop' && !hasLineEnd(text, words[i - 1]!.end, next.start)) continue;
    if (asks(words, from, i, text)) for (let k = from; k < i; k += 1) asking.push(words[k]!);
    from = i;
  }
  return asking;
}

function asks(words: readonly Word[], from: number, to: number, text: string): boolean {
  const end = words[to - 1]!.end;
  if (text.slice(end, (words[to]?.start ?? text.length) + 1).includes('?')) return true;
  let weak = 0;
  for (let i = from; i < to; i += 1) {
    const word = words[i]!.text;
    if (!CUES.has(word)) continue;
    if (!WEAK.has(word)) return true;
    weak += 1;
  }
  return weak >= WEAK_MIN;
}

function hasLineEnd(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (text.charCodeAt(i) === 10) return true;
  return false;
}
