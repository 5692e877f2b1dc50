import { isWave } from '../domain/wave/baseline.ts';
import { ids, type Findings, type LoadedSet } from './context.ts';

/** Names that order, presence, reviews and rota.yaml take from other files, and what must hold in them and in waves.yaml. */
export function checkWork(set: LoadedSet, found: Findings): void {
  checkOrder(set, found);
  checkPresence(set, found);
  checkReviews(set, found);
  checkRota(set, found);
  checkWaves(set, found);
}

function checkOrder({ order, pools }: LoadedSet, found: Findings): void {
  if (order === undefined) return;
  const queues = ids(pools.data.queues);
  for (const queue of Object.keys(order.data.order.queues)) {
    found.known(order.yaml, ['queues', queue], queue, queues, 'file d’attente inconnue', 'pools.yaml');
  }
}

function checkPresence({ presence, pools }: LoadedSet, found: Findings): void {
  if (presence === undefined) return;
  const { yaml, data } = presence;
  const queues = ids(pools.data.queues);
  const teams = new Map<string, string>();
  found.unique(yaml, data.presence.teams, ['teams']);
  data.presence.teams.forEach((team, i) => {
    team.queues.forEach((queue, j) => {
      const path = ['teams', i, 'queues', j];
      found.known(yaml, path, queue, queues, 'file d’attente inconnue', 'pools.yaml');
      const other = teams.get(queue);
      if (other !== undefined) {
        found.error(yaml.at(path), {
          what: 'file déjà dans une autre équipe',
          value: queue,
          expected: `une seule équipe par file ; déjà dans ${other}`,
        });
      }
      teams.set(queue, other ?? team.id);
    });
  });
}

function checkReviews({ reviews, pools, motifs }: LoadedSet, found: Findings): void {
  if (reviews === undefined) return;
  const { yaml, data } = reviews;
  const { sampled_queues, motifs: listed, offer_open_hours, timeout_open_hours, reasons } = data.reviews;
  const queues = ids(pools.data.queues);
  const known = ids(motifs.data.motifs);
  sampled_queues?.forEach((queue, i) =>
    found.known(yaml, ['sampled_queues', i], queue, queues, 'file d’attente inconnue', 'pools.yaml'),
  );
  listed?.forEach((motif, i) => found.known(yaml, ['motifs', i], motif, known, 'motif inconnu', 'motifs.yaml'));
  if (offer_open_hours >= timeout_open_hours) {
    found.error(yaml.at(['offer_open_hours']), {
      what: 'les référents ne verraient jamais le message',
      value: String(offer_open_hours),
      expected: `moins que timeout_open_hours (${timeout_open_hours})`,
    });
  }
  for (const [kind, list] of Object.entries(reasons)) found.unique(yaml, list, ['reasons', kind]);
}

function checkRota({ rota, calendars, mailboxes }: LoadedSet, found: Findings): void {
  if (rota === undefined) return;
  const { yaml, data } = rota;
  const { calendar, mail_from, slots, otherwise } = data.rota;
  found.known(yaml, ['calendar'], calendar, ids(calendars.data.calendars), 'calendrier inconnu', 'calendars.yaml');
  found.known(yaml, ['mail_from'], mail_from, ids(mailboxes.data.mailboxes), 'boîte inconnue', 'mailboxes.yaml');
  const mailed = [...slots.flatMap(({ call }) => call), ...otherwise].some(({ email }) => email !== undefined);
  if (mailed && mail_from === undefined) {
    found.error(yaml.at([]), {
      what: 'une adresse d’astreinte, mais aucune boîte pour lui écrire',
      expected: 'la clé mail_from',
    });
  }
}

function checkWaves({ waves }: LoadedSet, found: Findings): void {
  if (waves === undefined) return;
  const { yaml, data } = waves;
  const { similarity_min, group_similarity_min, window_hours, scan_minutes } = data.waves;
  if (group_similarity_min < similarity_min) {
    found.error(yaml.at(['group_similarity_min']), {
      what: 'une réponse groupée prendrait ce qui ne fait pas partie de la vague',
      value: String(group_similarity_min),
      expected: `au moins similarity_min (${similarity_min})`,
    });
  }
  if (scan_minutes > window_hours * 60) {
    found.error(yaml.at(['scan_minutes']), {
      what: 'des messages ne seraient jamais regardés',
      value: String(scan_minutes),
      expected: `au plus window_hours (${window_hours} h)`,
    });
  }
  for (const kind of ['wave', 'no_wave'] as const) {
    data.examples[kind].forEach(({ people, usual }, i) => {
      if (isWave(people, usual, data.waves) === (kind === 'wave')) return;
      found.error(yaml.at(['examples', kind, i]), {
        what:
          kind === 'wave'
            ? 'cet exemple devrait être une vague et ne l’est pas'
            : 'cet exemple ne devrait pas être une vague',
        value: `${people} personnes, ${usual} d’habitude`,
        expected: 'd’autres seuils (people_min, ratio_min), ou un autre exemple',
      });
    });
  }
}
