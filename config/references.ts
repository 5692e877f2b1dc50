import { ids, type Findings, type LoadedSet } from './context.ts';

/** Names that lead from one file to another, and what must hold between files. */

/** Without these the pipeline has nowhere to send what only people may judge. */
const NEEDED_KINDS = [
  ['review', 'une file d’analyse préalable'],
  ['human-triage', 'une file de tri humain'],
  ['supervisor', 'une file de superviseurs'],
] as const;
/** Nobody may configure these two away: a life, and the words for the parents of a dead child (domain §3.5). */
const NEEDED_FLAGS = ['danger-vital', 'deuil-perinatal'];

export function checkReferences(set: LoadedSet, found: Findings): void {
  checkMotifs(set, found);
  checkTargets(set, found);
  checkPools(set, found);
  checkCalendars(set, found);
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
function checkTargets({ flags, routing, pools, motifs }: LoadedSet, found: Findings): void {
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
    if (!flags.data.flags.some(({ id }) => id === needed)) {
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
      ids(motifs.data.motifs),
      'motif inconnu',
      'motifs.yaml',
    );
  });
}

function checkPools({ pools, calendars, motifs }: LoadedSet, found: Findings): void {
  const { yaml } = pools;
  const { queues, direct_queues } = pools.data;
  const queue_ids = ids(queues);
  const by_motif = new Map(motifs.data.motifs.map((motif) => [motif.id, motif]));
  found.unique(yaml, queues, ['queues']);
  queues.forEach((queue, i) => {
    const at = (...path: (string | number)[]) => yaml.at(['queues', i, ...path]);
    found.known(
      yaml,
      ['queues', i, 'calendar'],
      queue.calendar,
      ids(calendars.data.calendars),
      'calendrier inconnu',
      'calendars.yaml',
    );
    if ((queue.kind === 'partner') !== (queue.contract !== undefined)) {
      found.error(at('id'), {
        what: 'contrat et partenaire vont ensemble',
        value: queue.id,
        expected: 'kind: partner avec un bloc contract, ou ni l’un ni l’autre',
      });
    }
    const contract = queue.contract;
    if (contract === undefined) return;
    found.known(
      yaml,
      ['queues', i, 'contract', 'from'],
      contract.from,
      queue_ids,
      'file d’attente inconnue',
      'pools.yaml',
    );
    if (queues.some((other) => other.id === contract.from && other.kind !== 'n1')) {
      found.error(at('contract', 'from'), {
        what: 'seul le niveau 1 se délègue',
        value: contract.from,
        expected: 'une file de kind: n1',
      });
    }
    contract.motifs.forEach((id, j) => {
      found.known(
        yaml,
        ['queues', i, 'contract', 'motifs', j],
        id,
        new Set(by_motif.keys()),
        'motif inconnu',
        'motifs.yaml',
      );
      if (by_motif.get(id)?.restricted === true) {
        found.error(at('contract', 'motifs', j), { what: 'un motif réservé ne sort pas de la caisse', value: id });
      }
    });
  });
  direct_queues.forEach((id, i) =>
    found.known(yaml, ['direct_queues', i], id, queue_ids, 'file d’attente inconnue', 'pools.yaml'),
  );
  if (!queues.some(({ id, kind }) => id === 'n1' && kind === 'n1')) {
    found.error(yaml.at(['queues']), { what: 'la file « n1 » manque', expected: 'une file id: n1 de kind: n1' });
  }
  for (const [kind, label] of NEEDED_KINDS) {
    if (!queues.some((queue) => queue.kind === kind))
      found.error(yaml.at(['queues']), { what: `il manque ${label}`, expected: `une file de kind: ${kind}` });
  }
}

function checkCalendars({ calendars, sla }: LoadedSet, found: Findings): void {
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

function checkMailboxes({ mailboxes, sla, pools, templates }: LoadedSet, found: Findings): void {
  const { yaml, data } = mailboxes;
  const acks = new Set(
    templates.filter((template) => template.data.kind === 'ack').map((template) => template.data.id),
  );
  const addresses = new Set<string>();
  found.unique(yaml, data.mailboxes, ['mailboxes']);
  data.mailboxes.forEach((box, i) => {
    const path = ['mailboxes', i];
    found.known(yaml, [...path, 'sla'], box.sla, ids(sla.data.slas), 'délai inconnu', 'sla.yaml');
    found.known(
      yaml,
      [...path, 'default_queue'],
      box.default_queue,
      ids(pools.data.queues),
      'file d’attente inconnue',
      'pools.yaml',
    );
    found.known(
      yaml,
      [...path, 'ack_template'],
      box.ack_template,
      acks,
      'accusé de réception inconnu',
      'replies/ (kind: ack)',
    );
    if (addresses.has(box.address))
      found.error(yaml.at([...path, 'address']), {
        what: 'adresse déjà prise par une autre boîte',
        value: box.address,
      });
    addresses.add(box.address);
    if (box.acknowledge && box.ack_template === undefined) {
      found.error(yaml.at([...path, 'acknowledge']), {
        what: 'acknowledge demande un modèle',
        expected: 'la clé ack_template (CRPA L112-11)',
      });
    }
    if (box.classify === false && box.default_queue === undefined) {
      found.error(yaml.at([...path, 'classify']), {
        what: 'une boîte non lue par le tri a besoin d’une file',
        expected: 'la clé default_queue',
      });
    }
    if (box.carries_requests && box.authenticated_senders.length === 0) {
      found.error(yaml.at([...path, 'carries_requests']), {
        what: 'carries_requests ne vaut que pour des expéditeurs connus',
        expected: 'la clé authenticated_senders',
      });
    }
  });
}

function checkTests({ tests, motifs, mailboxes, pools, flags }: LoadedSet, found: Findings): void {
  if (tests === undefined) return;
  const { yaml } = tests;
  const queues = ids(pools.data.queues);
  tests.data.tests.forEach((test, i) => {
    const path = ['tests', i];
    found.known(
      yaml,
      [...path, 'input', 'mailbox'],
      test.input.mailbox,
      ids(mailboxes.data.mailboxes),
      'boîte inconnue',
      'mailboxes.yaml',
    );
    found.known(
      yaml,
      [...path, 'given_motif'],
      test.given_motif,
      ids(motifs.data.motifs),
      'motif inconnu',
      'motifs.yaml',
    );
    found.known(
      yaml,
      [...path, 'expect', 'motif'],
      test.expect.motif,
      ids(motifs.data.motifs),
      'motif inconnu',
      'motifs.yaml',
    );
    found.known(yaml, [...path, 'expect', 'queue'], test.expect.queue, queues, 'file d’attente inconnue', 'pools.yaml');
    found.known(
      yaml,
      [...path, 'expect', 'target_queue'],
      test.expect.target_queue,
      queues,
      'file d’attente inconnue',
      'pools.yaml',
    );
    for (const queue of Object.keys(test.load))
      found.known(yaml, [...path, 'load', queue], queue, queues, 'file d’attente inconnue', 'pools.yaml');
    const named = (test.expect.flags ?? []).flatMap((flag) => (typeof flag === 'string' ? [flag] : Object.keys(flag)));
    for (const flag of [...named, ...(test.expect.no_flags ?? [])]) {
      found.known(yaml, [...path, 'expect'], flag, ids(flags.data.flags), 'signalement inconnu', 'flags.yaml');
    }
  });
}
