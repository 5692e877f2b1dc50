import type { StockAnswer } from '../../routes/stock.ts';
import { hrefOf } from '../shell/router.ts';
import { ageWords } from './age-words.ts';

/** What waits, by queue and age. */
export function Ages({ stock: { age_days, queues } }: { readonly stock: StockAnswer }) {
  const words = ageWords(age_days);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Attente par file et ancienneté">
      <table>
        <caption>Ce qui attend ou se traite, selon l’ancienneté du plus vieux message sans réponse</caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            {words.map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
            <th scope="col">Ensemble</th>
          </tr>
        </thead>
        <tbody>
          {queues.map(({ queue, label, ages }) => (
            <tr key={queue}>
              <th scope="row">
                <a href={hrefOf('files', queue)}>{label}</a>
              </th>
              {ages.map((n, i) => (
                <td key={words[i]} class={n > 0 && i >= ages.length - 2 ? 'number late' : 'number'}>
                  {n.toLocaleString('fr-FR')}
                </td>
              ))}
              <td class="number">{ages.reduce((sum, n) => sum + n, 0).toLocaleString('fr-FR')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
