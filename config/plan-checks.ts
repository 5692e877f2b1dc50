import type { SiteCalendar } from '../domain/rulebook.ts';
import type { Findings } from './context.ts';
import type { PlanFile } from './schema-plan.ts';
import type { YamlFile } from './yaml.ts';

/** What a scenario names and does not define itself. */
export interface PlanContext {
  readonly calendars: readonly SiteCalendar[];
  readonly motifs: readonly string[];
}

/** Everything named is there, something arrives, and every expert mail has somewhere to go. */
export function checkPlan(data: PlanFile, yaml: YamlFile, context: PlanContext, found: Findings): void {
  const calendars = new Set(context.calendars.map(({ id }) => id));
  const motifs = new Set(context.motifs);
  const kinds = new Set(data.mails.map(({ motif }) => motif));
  const calendar = (at: (string | number)[], id: string): void =>
    found.known(yaml, at, id, calendars, 'calendrier inconnu', 'calendars.yaml');
  const listed = (at: (string | number)[], list: readonly string[] | undefined): void =>
    list?.forEach((motif, i) => found.known(yaml, [...at, i], motif, motifs, 'motif inconnu', 'motifs.yaml'));
  calendar(['calendar'], data.calendar);
  calendar(['n1', 'calendar'], data.n1.calendar);
  if (data.review !== undefined) calendar(['review', 'calendar'], data.review.calendar);
  for (const list of ['poles', 'pools'] as const) {
    found.unique(yaml, data[list], [list]);
    data[list].forEach((team, i) => {
      calendar([list, i, 'calendar'], team.calendar);
      listed([list, i, 'motifs'], team.motifs);
    });
  }
  listed(['skills', 'motifs'], data.skills.motifs);
  data.mails.forEach(({ motif }, i) => {
    found.known(yaml, ['mails', i, 'motif'], motif, motifs, 'motif inconnu', 'motifs.yaml');
    if (data.mails.findIndex((kind) => kind.motif === motif) < i) {
      found.error(yaml.at(['mails', i, 'motif']), { what: 'motif déjà décrit', value: motif });
    }
  });
  const { weekdays, hours } = data.arrivals;
  for (const [at, list] of [
    [['arrivals', 'weekdays'], weekdays],
    [['arrivals', 'hours'], hours],
    [['mails'], data.mails.map(({ share }) => share)],
  ] as const) {
    if (list.every((value) => value === 0))
      found.error(yaml.at(at), { what: 'tous les poids sont nuls : rien n’arriverait' });
  }
  if (data.poles.length === 0 && data.backlog_at_start.poles > 0) {
    found.error(yaml.at(['backlog_at_start', 'poles']), { what: 'un retard des pôles, sans pôle' });
  }
  checkPoles(data, yaml, found);
  let wave_mails = 0;
  data.arrivals.waves.forEach((wave, i) => {
    const at = ['arrivals', 'waves', i];
    found.known(yaml, [...at, 'motif'], wave.motif, kinds, 'motif absent de mails', 'la liste mails');
    if (wave.from > data.to || wave.to < data.from) {
      found.error(yaml.at([...at, 'from']), {
        what: 'vague hors de la période',
        expected: `${data.from} à ${data.to}`,
      });
    }
    wave_mails += wave.mails;
    if (wave_mails > data.arrivals.first_contacts) {
      found.error(yaml.at([...at, 'mails']), {
        what: 'plus de messages que first_contacts',
        value: String(wave_mails),
      });
    }
  });
}

function checkPoles(data: PlanFile, yaml: YamlFile, found: Findings): void {
  const taken = new Map<string, string>();
  let rest = 0;
  data.poles.forEach((pole, i) => {
    if (pole.motifs === undefined && ++rest > 1) {
      found.error(yaml.at(['poles', i, 'id']), {
        what: 'deux pôles sans liste de motifs',
        expected: 'un seul prend le reste',
      });
    }
    pole.motifs?.forEach((motif, j) => {
      const other = taken.get(motif);
      if (other !== undefined) {
        found.error(yaml.at(['poles', i, 'motifs', j]), { what: `motif déjà confié au pôle ${other}`, value: motif });
      }
      taken.set(motif, pole.id);
    });
  });
  data.mails.forEach(({ motif, expert_share }, i) => {
    if (expert_share === 0 || rest > 0 || taken.has(motif)) return;
    found.error(yaml.at(['mails', i, 'expert_share']), { what: 'aucun pôle ne répond à ce motif', value: motif });
  });
}
