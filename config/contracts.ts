import { limitsOf, SAMPLE_SHARE_MIN } from '../domain/overflow-contract.ts';
import { overflowRule } from '../domain/overflow.ts';
import type { Condition, DeskQueue, OverflowContract, Predicate, Rule, SiteCalendar } from '../domain/rulebook.ts';
import { ids, type Findings, type LoadedSet } from './context.ts';

/** The contract of one pool: what it names, what may never leave, and numbers that contradict each other. */
export function checkContract(
  set: LoadedSet,
  i: number,
  pool: DeskQueue,
  contract: OverflowContract,
  found: Findings,
): void {
  const { pools } = set;
  const { queues } = pools.data;
  const at = (...path: (string | number)[]) => pools.yaml.at(['queues', i, 'contract', ...path]);
  found.known(
    pools.yaml,
    ['queues', i, 'contract', 'from'],
    contract.from,
    ids(queues),
    'file d’attente inconnue',
    'pools.yaml',
  );
  if (queues.some((other) => other.id === contract.from && other.kind !== 'n1')) {
    found.error(at('from'), {
      what: 'seul le niveau 1 se délègue',
      value: contract.from,
      expected: 'une file de kind: n1',
    });
  }
  if (pool.restricted) {
    found.error(pools.yaml.at(['queues', i, 'restricted']), {
      what: 'une équipe partenaire ne reçoit rien de réservé',
      value: pool.id,
      expected: 'restricted: non',
    });
  }
  const rule = overflowRule(pool.id);
  const twin = queues.slice(0, i).find((other) => other.contract !== undefined && overflowRule(other.id) === rule);
  if (twin !== undefined || set.routing.data.rules.some(({ id }) => id === rule)) {
    found.error(pools.yaml.at(['queues', i, 'id']), {
      what: `ses envois s’appelleraient « ${rule} », un nom déjà pris`,
      value: pool.id,
      expected: twin === undefined ? 'un autre nom que celui d’une règle' : `un autre nom que ${twin.id}`,
    });
  }
  checkMotifs(set, i, contract, found);
  checkNumbers(set, i, pool, contract, found);
}

function checkMotifs(set: LoadedSet, i: number, contract: OverflowContract, found: Findings): void {
  const { yaml } = set.pools;
  const by_motif = new Map(set.all_motifs.map((motif) => [motif.id, motif]));
  contract.motifs.forEach((id, j) => {
    const path = ['queues', i, 'contract', 'motifs', j];
    found.known(yaml, path, id, new Set(by_motif.keys()), 'motif inconnu', 'motifs.yaml');
    const motif = by_motif.get(id);
    if (motif === undefined) return;
    const parent = by_motif.get(motif.provisional?.parent ?? '');
    if (motif.restricted) {
      found.error(yaml.at(path), { what: 'un motif réservé ne sort pas de la caisse', value: id });
    } else if (
      motif.level !== 'n1' &&
      motif.level_by_text !== true &&
      found.whole('motifs.yaml', 'routing.yaml') &&
      parent?.level_by_text !== true &&
      !set.routing.data.rules.some((rule) => givesLevel1(rule, id))
    ) {
      found.error(yaml.at(path), {
        what: 'aucun message de ce motif n’est de niveau 1 : rien ne partirait',
        value: id,
        expected: 'un motif de level: n1, ou qu’une règle met au niveau 1',
      });
    }
    if (contract.motifs.indexOf(id) < j) found.error(yaml.at(path), { what: 'motif nommé deux fois', value: id });
  });
}

/** A rule that brings mails of this motif, or mails it gives this motif, to level 1. */
function givesLevel1({ when, then }: Rule, motif: string): boolean {
  return then.level === 'n1' && (then.motif === undefined ? names(when, motif) : then.motif === motif);
}

/** Does the condition ask for this motif? */
function names(when: Condition, motif: string): boolean {
  const asks = (predicate: Predicate): boolean | undefined =>
    'motif' in predicate ? [predicate.motif].flat().includes(motif) : undefined;
  const all = (when.all ?? []).map(asks);
  const any = (when.any ?? []).map(asks);
  return !all.includes(false) && (all.includes(true) || any.includes(true));
}

function checkNumbers(set: LoadedSet, i: number, pool: DeskQueue, contract: OverflowContract, found: Findings): void {
  const at = (key: keyof OverflowContract) => set.pools.yaml.at(['queues', i, 'contract', key]);
  const { margin_hours, stop_margin_hours, trigger_hours, stop_hours } = limitsOf(contract);
  if (contract.trigger === 'forecast' && contract.margin_hours === undefined) {
    found.error(at('trigger'), {
      what: 'la prévision demande une marge',
      value: 'forecast',
      expected: 'la clé margin_hours',
    });
  }
  if (contract.trigger !== 'forecast' && trigger_hours === undefined) {
    found.error(at('trigger'), {
      what: 'rien ne dit quand commencer',
      expected: 'trigger: forecast avec margin_hours, ou la clé trigger_hours',
    });
  }
  if (contract.margin_hours !== undefined && stop_margin_hours <= margin_hours) {
    found.error(at('stop_margin_hours'), {
      what: 'l’arrêt viendrait avant le départ : les envois s’arrêteraient et reprendraient sans cesse',
      value: String(stop_margin_hours),
      expected: `plus que margin_hours (${margin_hours})`,
    });
  }
  if (trigger_hours !== undefined && stop_hours >= trigger_hours) {
    found.error(at('stop_hours'), {
      what: 'l’arrêt viendrait avant le départ : les envois s’arrêteraient et reprendraient sans cesse',
      value: String(stop_hours),
      expected: `moins que trigger_hours (${trigger_hours})`,
    });
  }
  if (contract.sample_share !== undefined && contract.sample_share < SAMPLE_SHARE_MIN) {
    found.error(at('sample_share'), {
      what: 'trop peu de réponses relues',
      value: String(contract.sample_share),
      expected: `au moins ${SAMPLE_SHARE_MIN}`,
    });
  }
  if (contract.daily_quota === 0 || contract.max_share === 0) {
    found.warn(at(contract.daily_quota === 0 ? 'daily_quota' : 'max_share'), {
      what: 'ce contrat n’envoie rien',
      value: '0',
      expected: 'plus que 0, ou enabled: non',
    });
  }
  const calendar = set.calendars.data.calendars.find(({ id }) => id === pool.calendar);
  const day = calendar === undefined ? undefined : longestDayHours(calendar) * pool.capacity_per_open_hour;
  if (day !== undefined && contract.daily_quota > day) {
    found.error(at('daily_quota'), {
      what: 'plus que l’équipe ne traite dans sa plus longue journée',
      value: String(contract.daily_quota),
      expected: `au plus ${Math.floor(day)}, d’après ses heures et capacity_per_open_hour`,
    });
  }
}

/** Opening hours of the day of the week that has most. */
function longestDayHours(calendar: SiteCalendar): number {
  const minutes = new Map<number, number>();
  for (const { day, from, to } of calendar.hours)
    minutes.set(day, (minutes.get(day) ?? 0) + minuteOf(to) - minuteOf(from));
  return Math.max(0, ...minutes.values()) / 60;
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
