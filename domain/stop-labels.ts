/** Why an overflow contract was stopped, as people read it; the last one is the machine's own. */
export const STOP_LABELS: Readonly<Record<string, string>> = {
  quality: 'Qualité des réponses',
  convention: 'Fin ou suspension de la convention',
  pool_closed: 'Équipe fermée',
  pool_overloaded: 'Équipe débordée',
  enough_capacity: 'Nous avons assez de monde',
  incident: 'Incident',
  other: 'Autre raison',
  silent: 'Rien n’y est traité',
};
