import type { QualityAnswer } from '../../routes/quality-schema.ts';
import { useNames, type Names } from '../shell/names.ts';
import { percent } from '../words/words.ts';
import { PartTable } from './part-table.tsx';

type Row = QualityAnswer['read_again'][number];

const ANSWERS = [
  ['good', 'Bonnes'],
  ['to_improve', 'À améliorer'],
  ['wrong', 'Fausses'],
] as const;
const ROUTES = [
  ['right', 'Justes'],
  ['wrong_queue', 'Mauvaise file'],
  ['wrong_motif', 'Mauvais motif'],
] as const;
const PARTS = [
  { source: 'partner', title: 'Réponses des équipes partenaires, relues', what: 'Équipe', findings: ANSWERS },
  { source: 'replies', title: 'Réponses de la caisse, relues', what: 'Équipe', findings: ANSWERS },
  { source: 'direct', title: 'Envois directs de la machine, relus', what: 'File', findings: ROUTES },
] as const;

/** What second readings found, by team of five or more; never by person. */
export function ReadAgain({ rows }: { readonly rows: readonly Row[] }) {
  const names = useNames();
  const parts = PARTS.map((part) => ({ ...part, rows: rows.filter(({ source }) => source === part.source) }));
  return (
    <section aria-labelledby="relues">
      <h2 id="relues">Relectures</h2>
      <p class="quiet">
        Par équipe d’au moins cinq personnes ; les plus petites ensemble, ou pas du tout. Jamais par personne.
      </p>
      {parts.every((part) => part.rows.length === 0) && <p>Rien n’a été tiré au sort sur ces jours.</p>}
      {parts
        .filter((part) => part.rows.length > 0)
        .map((part) => (
          <section key={part.source} aria-label={part.title}>
            <h3>{part.title}</h3>
            <PartTable
              label={part.title}
              head={[part.what, 'Tirées', 'Relues', ...part.findings.map(([, title]) => title)]}
              rows={part.rows.map((row) => ({
                key: row.team ?? '',
                cells: [
                  called(row, names),
                  row.drawn,
                  row.read,
                  ...part.findings.map(([id]) => percent(row.read === 0 ? null : (row.findings[id] ?? 0) / row.read)),
                ],
              }))}
            />
          </section>
        ))}
    </section>
  );
}

function called({ source, team }: Row, names: Names): string {
  if (team === null) return 'autres équipes';
  return source === 'replies' ? names.team(team) : names.queue(team);
}
