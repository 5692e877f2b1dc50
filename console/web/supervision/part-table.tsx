import type { ComponentChildren } from 'preact';

/** A share, or the dash of none. */
const SHARE = /^(?:–|[\d,\s]+ %)$/;

interface Props {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ComponentChildren[] }[];
}

/** A table whose first column names the row; numbers stand to the right. Wider than the page, it scrolls by itself. */
export function PartTable({ label, head, rows }: Props) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Tableau : ${label}`}>
      <table>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...rest] }) => (
            <tr key={key}>
              <th scope="row">{first}</th>
              {rest.map((cell, index) => (
                <td key={head[index + 1]} class={typeof cell === 'string' && !SHARE.test(cell) ? undefined : 'number'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
