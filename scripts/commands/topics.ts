import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { readTopics, TOPIC_DAYS_MAX, type TopicsReport } from '../../store/topics.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/** `topics [--since 14d] [--json]`: subjects that emerge among mails nobody had a motif for, and words that rise. */
export const topics: StoreCommand = async ({ store, rulebook, clock }, options) => {
  const days = daysOf(text(options, 'since') ?? '14d');
  const { motif_min } = (await store.read(SYSTEM, rulebook)).thresholds;
  const report = await readTopics(store, { days, motif_min }, clock());
  return options['json'] === true ? json(report) : ok(asText(report));
};

/** @throws AiguillageError BAD_INPUT */
function daysOf(since: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(since)?.[1] ?? Number.NaN);
  if (days >= 1 && days <= TOPIC_DAYS_MAX) return days;
  throw new AiguillageError('BAD_INPUT', `--since: expected days such as 14d, 1 to ${TOPIC_DAYS_MAX}.`);
}

function asText(report: TopicsReport): string {
  const { days, mails, mails_before, unsure, unsure_before, read_share } = report;
  const lines = [
    `Sujets émergents sur ${days} jours : ${mails} messages (${mails_before} avant), dont ${unsure} au motif incertain (${unsure_before} avant)`,
    ...(read_share < 1 ? [`  lus : ${(read_share * 100).toFixed(0)} % des messages, pris au hasard`] : []),
    '',
  ];
  if (mails_before === 0) lines.push('Rien avant cette période : il n’y a pas encore de quoi comparer.', '');
  else if (report.topics.length === 0) lines.push('Aucun sujet nouveau parmi les messages au motif incertain.', '');
  const topics = report.topics.map((topic) => [
    topic.terms.join(' '),
    topic.people,
    topic.people_before,
    topic.examples.join(' '),
  ]);
  const rising = report.rising.map((term) => [term.term, term.people, term.people_before.toFixed(1)]);
  return [
    lines.join('\n'),
    topics.length === 0 ? '' : `${table(['sujet', 'personnes', 'avant', 'à lire'], topics)}\n`,
    rising.length === 0 ? '' : table(['mot en hausse', 'personnes', 'avant'], rising),
  ].join('');
}
