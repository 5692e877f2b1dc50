import { ids, type Findings, type LoadedSet } from './context.ts';

/** mailboxes.yaml: delays, queues, acknowledgments, and what one key asks of another. */
export function checkMailboxes({ mailboxes, sla, pools, templates }: LoadedSet, found: Findings): void {
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

/** routing.test.yaml: a scenario that expects a misspelt queue would fail for the wrong reason. */
export function checkTests({ tests, motifs, all_motifs, mailboxes, pools, flags }: LoadedSet, found: Findings): void {
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
    found.known(yaml, [...path, 'expect', 'motif'], test.expect.motif, ids(all_motifs), 'motif inconnu', 'motifs.yaml');
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
    for (const queue of Object.keys(test.expect.pools ?? {}))
      found.known(yaml, [...path, 'expect', 'pools', queue], queue, queues, 'file d’attente inconnue', 'pools.yaml');
    const named = (test.expect.flags ?? []).flatMap((flag) => (typeof flag === 'string' ? [flag] : Object.keys(flag)));
    for (const flag of [...named, ...(test.expect.no_flags ?? [])]) {
      found.known(yaml, [...path, 'expect'], flag, ids(flags.data.flags), 'signalement inconnu', 'flags.yaml');
    }
  });
}
