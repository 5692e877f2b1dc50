/** « oui merci, bonne journée » takes an offer up, whatever politeness follows; « oui mais pas maintenant » does not. */
const ASSENTS =
  /^ (?:(?:ah|oh|bah|ben|bon|[,.]) )*(?:oui|ouais|ok|d accord|je veux bien|avec plaisir|volontiers)(?! (?:, )?mais )(?= )/;
/** To the offer of a person: « merci, pas besoin », « je me débrouille », « merci, au revoir ». */
const DECLINES =
  / (?:pas besoin|pas la peine|pas maintenant|pas tout de suite|plus tard|une autre fois|sans facon|(?:je|on) (?:me |se |vais me |va se )debrouill\w*|ca ira(?! mieux)|au revoir|bonne (?:journee|soiree|nuit|continuation)) /;
/** … and « carrément », « oui mais vite ». */
const ACCEPTS =
  /^ (?:(?:ah|oh|bah|ben|ok|merci|[,.]) )*(?:carrement|evidemment|volontiers|absolument|avec (?:grand )?plaisir|bien sur(?! que non)|pourquoi pas|oui mais (?:vite|rapide\w*|maintenant|tout de suite|par (?:tel|telephone|mail)))(?= )/;

/** What a turn says to the offer of a person; null where other rules must tell. @param text in one spelling (chat-words.ts) */
export function answerToOffer(text: string): 'accepts' | 'declines' | null {
  if (ACCEPTS.test(text)) return 'accepts';
  return DECLINES.test(text) && !ASSENTS.test(text) ? 'declines' : null;
}
