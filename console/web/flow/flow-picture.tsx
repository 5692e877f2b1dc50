import type { FlowNode, FlowPicture as Picture } from '../../../domain/flow.ts';
import { useNames } from '../shell/names.ts';
import { count } from '../words/words.ts';
import { nodeName } from './filter.ts';
import { BAR, layoutFlow, type Placed } from './layout.ts';

interface Props {
  readonly picture: Picture;
  /** Where a ribbon or a node leads; undefined where this role sees no list. */
  readonly hrefOf: (nodes: readonly FlowNode[]) => string | undefined;
}

const LABEL_CHARS = 34;

/** The flow as bands: their width is the number of demands. Each can be reached by Tab, and the table below says the same. */
export function FlowPicture({ picture, hrefOf }: Props) {
  const names = useNames();
  const { width, height, placed, ribbons } = layoutFlow(picture.nodes, picture.links);
  const told = (n: number, open: number): string =>
    `${count(n, 'demande')}${open > 0 && open < n ? `, dont ${count(open, 'ouverte')}` : ''}`;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Le chemin des demandes">
      <svg
        class="flow"
        viewBox={`0 0 ${width} ${Math.ceil(height)}`}
        role="group"
        aria-label="Boîtes, motifs, files, équipes"
      >
        {ribbons.map(({ link, from, to, path, width: thick }) => {
          const href = hrefOf([from, to]);
          const label = `${nodeName(from, names)} vers ${nodeName(to, names)} : ${told(link.n, link.open)}`;
          const band = (
            <path d={path} stroke-width={thick} class={to.kind === 'pool' ? 'away' : undefined}>
              <title>{label}</title>
            </path>
          );
          const key = `${link.from} ${link.to}`;
          if (href !== undefined)
            return (
              <a key={key} class="ribbon" href={href} aria-label={label}>
                {band}
              </a>
            );
          return (
            <g key={key} class="ribbon" role="img" tabIndex={0} aria-label={label}>
              {band}
            </g>
          );
        })}
        {placed.map((one) => (
          <Node key={one.node.id} one={one} name={nodeName(one.node, names)} />
        ))}
      </svg>
    </div>
  );
}

function Node({ one: { node, x, y, height, label_y }, name }: { readonly one: Placed; readonly name: string }) {
  const text = name.length > LABEL_CHARS ? `${name.slice(0, LABEL_CHARS - 1)}…` : name;
  return (
    <g aria-hidden="true">
      <rect x={x} y={y} width={BAR} height={height} class={node.kind === 'pool' ? 'away' : undefined} />
      <text x={x + BAR + 5} y={label_y} dominant-baseline="central">
        <title>{name}</title>
        {text} <tspan class="n">{node.n.toLocaleString('fr-FR')}</tspan>
      </text>
    </g>
  );
}
