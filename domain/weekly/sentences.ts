import { dayStart, PARIS, parseDay } from '../days.ts';
import { countText, dayInWords, shareText } from '../french-dates.ts';
import type { WeeklyReport } from './data.ts';

/** The first five lines of the weekly report: what happened, for somebody who reads nothing else. */
export function weeklySentences(week: WeeklyReport): string[] {
  return [arrivals(week), inTime(week), waiting(week), worst(week), passedOn(week)];
}

const many = (count: number, one: string, more: string): string => `${countText(count)} ${count > 1 ? more : one}`;

/** « du 16 au 22 novembre 2026 », « du 30 novembre 2026 au 6 décembre 2026 » */
export function weekInWords({ from, to }: Pick<WeeklyReport, 'from' | 'to'>): string {
  const noon = (day: string): number => dayStart(parseDay(day), PARIS) + 12 * 3_600_000;
  const first = dayInWords(noon(from));
  const last = dayInWords(noon(to));
  const same = from.slice(0, 7) === to.slice(0, 7);
  return `du ${same ? first.split(' ')[0]! : first} au ${last}`;
}

/** With fewer requests a week, a share of it says nothing (« 3 800 % de plus »). */
const COMPARED_MIN = 20;

function arrivals(week: WeeklyReport): string {
  const { received } = week.elapsed;
  const before = week.before.elapsed.received;
  const begin = `${weekInWords(week).replace(/^d/, 'D')}, ${many(received, 'demande est arrivée', 'demandes sont arrivées')}`;
  if (before === 0) return `${begin}.`;
  if (before < COMPARED_MIN) return `${begin}, contre ${countText(before)} la semaine d’avant.`;
  const change = Math.round(((received - before) / before) * 100);
  if (change === 0) return `${begin}, autant que la semaine d’avant.`;
  return `${begin}, ${Math.abs(change)}\u00a0% de ${change > 0 ? 'plus' : 'moins'} que la semaine d’avant.`;
}

function inTime({ elapsed, working, before, references }: WeeklyReport): string {
  if (elapsed.share === null) return 'Aucune demande de la semaine ne peut encore être jugée.';
  const few = before.elapsed.received < COMPARED_MIN;
  const points = few || before.elapsed.share === null ? null : (elapsed.share - before.elapsed.share) * 100;
  const change =
    points === null
      ? ''
      : Math.abs(points) < 0.05
        ? ', comme la semaine d’avant'
        : `, ${Math.abs(points).toFixed(1).replace('.', ',')} point${Math.abs(points) >= 2 ? 's' : ''} de ${points > 0 ? 'plus' : 'moins'} que la semaine d’avant`;
  const reference = references[0] === undefined ? '' : ` Repère : ${shareText(references[0].share)}.`;
  return (
    `${shareText(elapsed.share)} ont été traitées dans le délai promis en heures réelles${change}, ` +
    `et ${shareText(working.share)} en jours ouvrés.${reference}`
  );
}

function waiting({ elapsed }: WeeklyReport): string {
  const open = elapsed.open_late + elapsed.open_not_due;
  if (open === 0) return 'Aucune demande de la semaine n’attend plus.';
  const late =
    elapsed.open_late === 0 ? 'aucune n’est en retard' : many(elapsed.open_late, 'est en retard', 'sont en retard');
  const days = Math.floor((elapsed.oldest_open_hours ?? 0) / 24);
  const age = days < 1 ? 'moins d’un jour' : `${days} jour${days > 1 ? 's' : ''}`;
  return `${many(open, 'demande de la semaine attend', 'demandes de la semaine attendent')} encore : ${late} ; la plus ancienne a ${age}.`;
}

function worst({ motifs, elapsed }: WeeklyReport): string {
  const late = motifs
    .map((group) => ({ ...group, late: group.open_late + group.handled_late }))
    .sort((a, b) => b.late - a.late)[0];
  const all = elapsed.open_late + elapsed.handled_late;
  if (late === undefined || late.late === 0) return 'Aucun motif n’a de demande en retard.';
  return `Le motif le plus touché par les retards est « ${late.label} » : ${countText(late.late)} sur ${countText(all)}.`;
}

function passedOn({ elapsed, reviews, bot }: WeeklyReport): string {
  const avoided = reviews.avoided + reviews.replaced_by_task;
  const parts = [
    elapsed.handed === 0
      ? 'aucune demande n’a été confiée à une équipe d’appui'
      : `${many(elapsed.handed, 'demande a été confiée', 'demandes ont été confiées')} à une équipe d’appui`,
    reviews.proposed === 0
      ? 'aucun transfert n’a été proposé à l’analyse préalable'
      : `${many(reviews.proposed, 'transfert proposé', 'transferts proposés')} à l’analyse préalable, dont ${countText(avoided)} évité${avoided > 1 ? 's' : ''}`,
    ...(bot.talks === 0
      ? []
      : [
          `${many(bot.handed_over, 'échange', 'échanges')} sur ${countText(bot.talks)} repris du bot par un conseiller`,
        ]),
  ];
  const text = parts.join(' ; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
