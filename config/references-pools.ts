import { ids, type Findings, type LoadedSet } from './context.ts';

/** Without these the pipeline has nowhere to send what only people may judge. */
const NEEDED_KINDS = [
  ['review', 'une file d’analyse préalable'],
  ['human-triage', 'une file de tri humain'],
  ['supervisor', 'une file de superviseurs'],
] as const;
/** pools.yaml: calendars, contracts, and the queues that must exist. */
export function checkPools({ pools, calendars, all_motifs }: LoadedSet, found: Findings): void {
  const { yaml } = pools;
  const { queues, direct_queues } = pools.data;
  const queue_ids = ids(queues);
  const by_motif = new Map(all_motifs.map((motif) => [motif.id, motif]));
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
