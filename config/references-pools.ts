import { checkContract } from './contracts.ts';
import { ids, type Findings, type LoadedSet } from './context.ts';

/** Without these the pipeline has nowhere to send what only people may judge. */
const NEEDED_KINDS = [
  ['review', 'une file d’analyse préalable'],
  ['human-triage', 'une file de tri humain'],
  ['supervisor', 'une file de superviseurs'],
] as const;
/** pools.yaml: calendars, contracts, and the queues that must exist. */
export function checkPools(set: LoadedSet, found: Findings): void {
  const { pools, calendars } = set;
  const { yaml } = pools;
  const { queues, direct_queues } = pools.data;
  const queue_ids = ids(queues);
  found.unique(yaml, queues, ['queues']);
  queues.forEach((queue, i) => {
    found.known(
      yaml,
      ['queues', i, 'calendar'],
      queue.calendar,
      ids(calendars.data.calendars),
      'calendrier inconnu',
      'calendars.yaml',
    );
    if ((queue.kind === 'partner') !== (queue.contract !== undefined)) {
      found.error(yaml.at(['queues', i, 'id']), {
        what: 'contrat et partenaire vont ensemble',
        value: queue.id,
        expected: 'kind: partner avec un bloc contract, ou ni l’un ni l’autre',
      });
    }
    if (queue.contract !== undefined) checkContract(set, i, queue, queue.contract, found);
  });
  direct_queues.forEach((id, i) =>
    found.known(yaml, ['direct_queues', i], id, queue_ids, 'file d’attente inconnue', 'pools.yaml'),
  );
  if (!found.whole('pools.yaml')) return;
  if (!queues.some(({ id, kind }) => id === 'n1' && kind === 'n1')) {
    found.error(yaml.at(['queues']), { what: 'la file « n1 » manque', expected: 'une file id: n1 de kind: n1' });
  }
  for (const [kind, label] of NEEDED_KINDS) {
    if (!queues.some((queue) => queue.kind === kind))
      found.error(yaml.at(['queues']), { what: `il manque ${label}`, expected: `une file de kind: ${kind}` });
  }
}
