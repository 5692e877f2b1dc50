import { ids, type Findings, type LoadedSet } from './context.ts';
import { checkMailboxes, checkTests } from './references-mailboxes.ts';
import { checkPools } from './references-pools.ts';

/** Names that lead from one file to another, and what must hold between files. */

/** Nobody may configure these two away: a life, and the words for the parents of a dead child (domain §3.5). */
const NEEDED_FLAGS = ['danger-vital', 'deuil-perinatal'];

export function checkReferences(set: LoadedSet, found: Findings): void {
  checkMotifs(set, found);
  checkTargets(set, found);
  checkPools(set, found);
  checkSlas(set, found);
  checkMailboxes(set, found);
  checkTests(set, found);
}

function checkMotifs({ motifs, pools }: LoadedSet, found: Findings): void {
  const queues = ids(pools.data.queues);
  const numbers = new Map<number, string>();
  found.unique(motifs.yaml, motifs.data.motifs, ['motifs']);
  motifs.data.motifs.forEach((motif, i) => {
    found.known(motifs.yaml, ['motifs', i, 'pole'], motif.pole, queues, 'pôle inconnu', 'pools.yaml');
    const other = numbers.get(motif.number);
    if (other !== undefined) {
      found.error(motifs.yaml.at(['motifs', i, 'number']), {
        what: 'numéro déjà pris',
        value: String(motif.number),
        expected: `un autre numéro que celui de ${other}`,
      });
    }
    numbers.set(motif.number, motif.id);
    const kind = pools.data.queues.find(({ id }) => id === motif.pole)?.kind;
    if (kind === 'partner' || kind === 'review' || kind === 'human-triage') {
      found.error(motifs.yaml.at(['motifs', i, 'pole']), {
        what: 'ce motif n’a pas de file à lui : celle-ci reçoit autrement',
        value: motif.pole,
        expected: 'une file d’équipe de pools.yaml (ni partenaire, ni analyse préalable, ni tri humain)',
      });
    }
    if (motif.level === 'expert' && motif.pole === 'n1') {
      found.error(motifs.yaml.at(['motifs', i, 'pole']), {
        what: 'un motif expert a besoin d’un pôle',
        value: 'n1',
        expected: 'une file de pools.yaml autre que n1',
      });
    }
  });
}

/** Queues that flags and rules send to. A partner gets work through its contract only. */
function checkTargets({ flags, routing, pools, all_motifs }: LoadedSet, found: Findings): void {
  const queues = ids(pools.data.queues);
  const partners = new Set(pools.data.queues.filter((queue) => queue.kind === 'partner').map(({ id }) => id));
  const target = (
    file: LoadedSet['flags'] | LoadedSet['routing'],
    path: (string | number)[],
    queue: string | undefined,
  ): void => {
    found.known(file.yaml, path, queue, queues, 'file d’attente inconnue', 'pools.yaml');
    if (queue !== undefined && partners.has(queue)) {
      found.error(file.yaml.at(path), {
        what: 'une équipe partenaire ne reçoit du travail que par son contrat',
        value: queue,
        expected: 'une file interne de pools.yaml',
      });
    }
  };
  found.unique(flags.yaml, flags.data.flags, ['flags']);
  flags.data.flags.forEach((flag, i) => target(flags, ['flags', i, 'queue'], flag.queue));
  for (const needed of NEEDED_FLAGS) {
    if (found.whole('flags.yaml') && !flags.data.flags.some(({ id }) => id === needed)) {
      found.error(flags.yaml.at(['flags']), {
        what: `le signalement « ${needed} » manque`,
        expected: 'ce signalement, qui ne peut pas être supprimé',
      });
    }
  }
  found.unique(routing.yaml, routing.data.rules, ['rules']);
  routing.data.rules.forEach((rule, i) => {
    target(routing, ['rules', i, 'then', 'queue'], rule.then.queue);
    found.known(
      routing.yaml,
      ['rules', i, 'then', 'motif'],
      rule.then.motif,
      ids(all_motifs),
      'motif inconnu',
      'motifs.yaml',
    );
  });
}

function checkSlas({ calendars, sla }: LoadedSet, found: Findings): void {
  found.unique(calendars.yaml, calendars.data.calendars, ['calendars']);
  found.unique(sla.yaml, sla.data.slas, ['slas']);
  sla.data.slas.forEach((policy, i) => {
    found.known(
      sla.yaml,
      ['slas', i, 'calendar'],
      policy.calendar,
      ids(calendars.data.calendars),
      'calendrier inconnu',
      'calendars.yaml',
    );
    if (policy.warn_before_hours >= policy.hours) {
      found.error(sla.yaml.at(['slas', i, 'warn_before_hours']), {
        what: 'l’alerte viendrait avant le message',
        value: String(policy.warn_before_hours),
        expected: `moins que hours (${policy.hours})`,
      });
    }
  });
}
