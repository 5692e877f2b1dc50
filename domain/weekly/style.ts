/** The look of the weekly report, on screen and on A4. Lines differ by dashes as well as by colour. */
export const WEEKLY_STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; }
.summary { font-size: 1.05rem; border-left: 4px solid #0b5cad; margin: 0; padding: .3rem 0 .3rem 1.6rem; }
.summary li { margin: .25rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .5rem; border-bottom: 1px solid #d0d0d0; text-align: right; }
th[scope=row], thead th:first-child { text-align: left; font-weight: 400; }
thead th { font-weight: 600; vertical-align: bottom; }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg .grid { stroke: #d9d9d9; }
svg path { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
svg path.elapsed { stroke: #0b5cad; }
svg path.working { stroke: #a34a00; stroke-dasharray: 6 3; }
svg line.reference { stroke: #444; stroke-dasharray: 2 3; }
svg line.regime { stroke: #777; }
svg .bar { fill: #0b5cad; }
.legend span::before { content: ''; display: inline-block; width: 2rem; margin: 0 .4rem .25rem 1rem; border-top: 2px solid #0b5cad; }
.legend .working::before { border-top: 2px dashed #a34a00; }
.legend .reference::before { border-top: 2px dotted #444; }
.notes, footer { font-size: .85rem; color: #444; }
@page { size: A4; margin: 14mm; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  section, tr, svg { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
