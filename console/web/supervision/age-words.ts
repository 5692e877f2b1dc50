/** « moins d’un jour », « 1 à 2 j », …, « plus de 30 j ». */
export function ageWords(days: readonly number[]): readonly string[] {
  return [...days, undefined].map((end, i) => {
    const start = days[i - 1];
    if (start === undefined) return end === 1 ? 'moins d’un jour' : `moins de ${end} j`;
    return end === undefined ? `plus de ${start} j` : `${start} à ${end} j`;
  });
}
