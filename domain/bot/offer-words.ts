/** To the offer of a person: « merci, pas besoin », « je me débrouille », « merci, au revoir ». */
export const DECLINES =
  / (?:pas besoin|pas la peine|pas maintenant|pas tout de suite|plus tard|une autre fois|sans facon|(?:je|on) (?:me |se |vais me |va se )debrouill\w*|ca ira(?! mieux)|au revoir|bonne (?:journee|soiree|nuit|continuation)) /;
/** … and « carrément », « oui mais vite ». */
export const ACCEPTS =
  /^ (?:(?:ah|oh|bah|ben|ok|merci|[,.]) )*(?:carrement|evidemment|volontiers|absolument|avec (?:grand )?plaisir|bien sur(?! que non)|pourquoi pas|oui mais (?:vite|rapide\w*|maintenant|tout de suite|par (?:tel|telephone|mail)))(?= )/;
