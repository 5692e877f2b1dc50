import type { Signals } from './signals.ts';

/** « c'est pour mon numéro de sécu », « je suis la fille de Mme D. »: people who type in bursts begin so. */
const BEGINS =
  /^ (?:(?:bonjour|bonsoir|salut|coucou|alors|voila|bon|[,.]) )*(?:(?:c est|ce serait|ca serait|voila c est) (?:pour|au sujet|a propos|concernant)|je suis (?:la |le |l )?(?:fille|fils|mere|pere|maman|papa|femme|mari|epouse?|conjointe?|soeur|frere|niece|neveu|aidante?|tutrice|tuteur|curatrice|curateur|voisine?)) /;
const BEGINS_WORDS_MAX = 9;

/** « j'ai une question sur mon arrêt »: names a subject and asks nothing yet. */
export function onlyAnnounces(signals: Signals): boolean {
  const { content } = signals;
  const tells = signals.negates || signals.wants || content.asks || content.aspects.size > 0;
  if (BEGINS.test(signals.text) && signals.word_count <= BEGINS_WORDS_MAX && !tells) return true;
  return (
    signals.announces &&
    signals.word_count <= BEGINS_WORDS_MAX &&
    content.words.size <= 2 &&
    content.aspects.size === 0 &&
    !signals.negates
  );
}
