import type { FlowNode, FlowPicture } from '../../../domain/flow.ts';
import { useNames } from '../shell/names.ts';
import { nodeName } from './filter.ts';

interface Props {
  readonly picture: FlowPicture;
  readonly hrefOf: (nodes: readonly FlowNode[]) => string | undefined;
}

const STEPS = ['De la boîte au motif', 'Du motif à la file', 'De la file à l’équipe'] as const;

/** The picture's numbers, for whoever reads rather than looks. */
export function FlowTable({ picture, hrefOf }: Props) {
  const names = useNames();
  const nodes = new Map(picture.nodes.map((node) => [node.id, node]));
  return (
    <section aria-labelledby="flux-tableau">
      <h2 id="flux-tableau">Les mêmes nombres</h2>
      <div class="flow-tables">
        {STEPS.map((title, column) => (
          <div key={title} class="scroll" tabIndex={0} role="region" aria-label={title}>
            <table>
              <caption>{title}</caption>
              <thead>
                <tr>
                  <th scope="col">De</th>
                  <th scope="col">Vers</th>
                  <th scope="col">Nombre</th>
                  <th scope="col">Ouvertes</th>
                </tr>
              </thead>
              <tbody>
                {picture.links
                  .map((link) => ({ link, from: nodes.get(link.from)!, to: nodes.get(link.to)! }))
                  .filter(({ from }) => from.column === column)
                  .sort((a, b) => b.link.n - a.link.n)
                  .map(({ link, from, to }) => {
                    const href = hrefOf([from, to]);
                    const said = link.n.toLocaleString('fr-FR');
                    return (
                      <tr key={`${link.from} ${link.to}`}>
                        <th scope="row">{nodeName(from, names)}</th>
                        <td>{nodeName(to, names)}</td>
                        <td class="number">{href === undefined ? said : <a href={href}>{said}</a>}</td>
                        <td class="number">{link.open.toLocaleString('fr-FR')}</td>
                      </tr>
                    );
                  })}
              </tbody>
            </table>
          </div>
        ))}
      </div>
    </section>
  );
}
