/** Instants and durations as people read them, in the time of the caisse. */

const PARIS = { timeZone: 'Europe/Paris' } as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const moments = new Intl.DateTimeFormat('fr-FR', {
  ...PARIS,
  weekday: 'short',
  day: '2-digit',
  month: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});
const days = new Intl.DateTimeFormat('fr-FR', { ...PARIS, weekday: 'short', day: '2-digit', month: '2-digit' });
const isoDays = new Intl.DateTimeFormat('en-CA', { ...PARIS, year: 'numeric', month: '2-digit', day: '2-digit' });

export function moment(iso: string | null): string {
  return iso === null ? '–' : moments.format(new Date(iso));
}

/** « lun. 23/11 » from « 2026-11-23 ». */
export function dayWords(day: string): string {
  return days.format(new Date(`${day}T12:00:00Z`));
}

const longDays = new Intl.DateTimeFormat('fr-FR', { ...PARIS, day: 'numeric', month: 'long', year: 'numeric' });

/** « 7 décembre 2021 » from « 2021-12-07 ». */
export function dateWords(day: string): string {
  return longDays.format(new Date(`${day}T12:00:00Z`)).replace(/^1 /, '1er ');
}

/** The day in Paris, « 2026-11-23 », `shift` days from now. */
export function dayOf(ms: number, shift = 0): string {
  return isoDays.format(new Date(ms + shift * DAY_MS));
}

/** « 2 j 3 h », « 3 h 05 », « 12 min », « 40 s ». */
export function duration(ms: number): string {
  const left = Math.abs(ms);
  if (left >= DAY_MS) return `${Math.floor(left / DAY_MS)} j ${Math.floor((left % DAY_MS) / HOUR_MS)} h`;
  if (left >= HOUR_MS)
    return `${Math.floor(left / HOUR_MS)} h ${String(Math.floor((left % HOUR_MS) / MINUTE_MS)).padStart(2, '0')}`;
  if (left >= MINUTE_MS) return `${Math.floor(left / MINUTE_MS)} min`;
  return `${Math.floor(left / 1000)} s`;
}

/** What is left until an instant: « reste 3 h 05 », « dépassé de 12 min ». */
export function remaining(iso: string, now: number): string {
  const left = Date.parse(iso) - now;
  return left >= 0 ? `reste ${duration(left)}` : `dépassé de ${duration(left)}`;
}

export function age(iso: string | null, now: number): string {
  return iso === null ? '–' : duration(now - Date.parse(iso));
}

export function fileSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} o`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} ko`;
  return `${(bytes / 1_000_000).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} Mo`;
}

/** « 4,5 h » of a number of hours. */
export function hours(value: number | null): string {
  return value === null ? '–' : `${value.toLocaleString('fr-FR', { maximumFractionDigits: 1 })} h`;
}
