import { parseDay } from '../days.ts';
import { countText, shareText } from '../french-dates.ts';
import type { AgeBand, WeeklyDay, WeeklyReport } from './data.ts';

/** Plots as inline SVG: no library, no script, black on white, and words for whoever does not see them. */

/** Text as HTML and XML want it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 44;
const RIGHT = 12;
const TOP = 34;
const BOTTOM = 34;
const round = (value: number): number => Math.round(value * 10) / 10;

/** The share of each day on both clocks, with reference lines and regime markers. Days that are not judged leave a gap. */
export function sharePlot({ days, references, regimes }: WeeklyReport): string {
  const first = parseDay(days[0]?.day ?? '2000-01-01');
  const span = Math.max(1, days.length - 1);
  const x = (day: string): number => round(LEFT + ((parseDay(day) - first) / span) * (WIDTH - LEFT - RIGHT));
  const y = (share: number): number => round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM));
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/>` +
      `<text x="${LEFT - 6}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`,
  );
  const lines = references.map(
    ({ share, label }) =>
      `<line class="reference" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"><title>${escapeHtml(label)}</title></line>` +
      `<text class="reference" x="${LEFT + 4}" y="${y(share) - 4}">${shareText(share)}</text>`,
  );
  const marks = regimes.map(({ on, label }, i) => {
    // Near the right edge the words stand on the other side of their line.
    const late = x(on) > LEFT + (WIDTH - LEFT - RIGHT) * 0.6;
    const at = `x="${x(on) + (late ? -3 : 3)}" y="${TOP - 4 - (i % 2) * 12}"${late ? ' text-anchor="end"' : ''}`;
    return (
      `<line class="regime" x1="${x(on)}" x2="${x(on)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"><title>${escapeHtml(label)}</title></line>` +
      `<text class="regime" ${at}>${escapeHtml(label)}</text>`
    );
  });
  const ticks = days
    .filter((_, i) => i % 7 === 0)
    .map(
      ({ day }) =>
        `<text x="${x(day)}" y="${HEIGHT - 14}" text-anchor="middle">${day.slice(8)}/${day.slice(5, 7)}</text>`,
    );
  const told = days.filter(({ elapsed }) => elapsed !== null);
  const described = `Part traitée dans le délai, jour d’arrivée par jour d’arrivée, sur ${days.length} jours ; ${told.length} jours jugés.`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="plot-share">
<title id="plot-share">${described}</title>
${grid.join('')}${marks.join('')}${lines.join('')}
<path class="elapsed" d="${path(days, 'elapsed', x, y)}"/>
<path class="working" d="${path(days, 'working', x, y)}"/>
${ticks.join('')}
</svg>`;
}

function path(
  days: readonly WeeklyDay[],
  clock: 'elapsed' | 'working',
  x: (day: string) => number,
  y: (share: number) => number,
): string {
  let pen = 'M';
  return days
    .flatMap(({ day, [clock]: share }) => {
      if (share === null) {
        pen = 'M';
        return [];
      }
      const step = `${pen}${x(day)} ${y(share)}`;
      // A day between two gaps is a dot, not nothing.
      const dot = pen === 'M' ? 'h0.1' : '';
      pen = 'L';
      return [step + dot];
    })
    .join('');
}

/** What is still open, by age. */
export function agePlot(ages: readonly AgeBand[]): string {
  const most = Math.max(1, ...ages.map(({ count }) => count));
  const row = 26;
  const height = ages.length * row + 6;
  const bars = ages.map(({ label, count }, i) => {
    const width = round((count / most) * (WIDTH - 280));
    return (
      `<text x="130" y="${i * row + 19}" text-anchor="end">${escapeHtml(label)}</text>` +
      `<rect class="bar" x="140" y="${i * row + 6}" width="${width}" height="18"/>` +
      `<text x="${146 + width}" y="${i * row + 19}">${countText(count)}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="plot-age">
<title id="plot-age">Demandes encore ouvertes, par ancienneté.</title>
${bars.join('\n')}
</svg>`;
}
