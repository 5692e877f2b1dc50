/** « 1 erreur », « 3 erreurs », « 0 erreur »: French writes the plural from two on. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('fr-FR')} ${n >= 2 ? many : one}`;
}
