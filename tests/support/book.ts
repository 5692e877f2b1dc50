import type { MotifInput, MotifModel, RankedMotif } from '../../domain/facts.ts';
import type { Facts } from '../../domain/facts.ts';
import { compileRulebook, type CompiledRulebook } from '../../domain/match.ts';
import type { DeskQueue, Flag, Motif, Rulebook, Rule } from '../../domain/rulebook.ts';

/** A small rulebook for tests of the core; the shipped one has its own tests. */
export function testBook(changes: Partial<Rulebook> = {}): CompiledRulebook {
  return compileRulebook({
    digest: 'test',
    motifs: [
      motif('carte-vitale', 14, { level: 'n1', pole: 'n1' }),
      motif('compte-ameli-acces', 16, { level: 'n1', pole: 'n1' }),
      motif('ij-calcul-montant', 2, { level: 'expert', pole: 'pole-pe' }),
      motif('service-medical-ald', 7, { level: 'expert', pole: 'elsm', restricted: true }),
      motif('mediation-saisine', 26, { level: 'expert', pole: 'mediation' }),
    ],
    flags: [
      flag('danger-vital', 'P0', 'urgence-vitale', ['me suicider']),
      flag('intervention-imminente', 'P1', 'middle-office', ['opération demain']),
      flag('reiteration', 'P2', undefined, ['relance']),
    ],
    rules: [],
    queues: [
      queue('n1', 'n1', { capacity_per_open_hour: 100 }),
      queue('analyse-prealable', 'review'),
      queue('tri-humain', 'human-triage'),
      queue('pole-pe', 'pole'),
      queue('elsm', 'pole', { restricted: true }),
      queue('mediation', 'pole', { restricted: true }),
      queue('middle-office', 'middle-office'),
      queue('urgence-vitale', 'supervisor', { restricted: true }),
      queue('pool.hainaut', 'partner', {
        capacity_per_open_hour: 50,
        contract: {
          from: 'n1',
          since: '2021-11-01',
          motifs: ['carte-vitale'],
          daily_quota: 3,
          max_share: 0.5,
          trigger_hours: 8,
          enabled: true,
          recall_hours: 20,
        },
      }),
    ],
    calendars: [
      {
        id: 'site',
        zone: 'Europe/Paris',
        hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '17:30' })),
        alsace_moselle: 'none',
        local_closures: [],
      },
    ],
    slas: [{ id: '48h', hours: 48, headline: 'elapsed', calendar: 'site', warn_before_hours: 8, from: '2020-01-01' }],
    mailboxes: [
      {
        id: 'pfs-assures',
        label: 'Assurés',
        public: 'assure',
        address: 'pfs-assures@cpam.example',
        sla: '48h',
        reply_via: 'smtp',
        carries_requests: false,
        authenticated_senders: [],
        open_mail: true,
        acknowledge: true,
        service_name: 'Plateforme de services',
        service_contact: '3646',
        ack_template: 'ack-standard',
      },
    ],
    templates: [],
    thresholds: { motif_min: 0.5, queue_min: 0.8 },
    direct_queues: ['elsm', 'mediation'],
    ...changes,
  });
}

export function motif(id: string, number: number, changes: Partial<Motif> = {}): Motif {
  return {
    id,
    number,
    label: id,
    publics: ['assure'],
    level: 'n1',
    pole: 'n1',
    pieces: [],
    is_request: true,
    restricted: false,
    ...changes,
  };
}

export function flag(id: string, level: Flag['level'], queue_id: string | undefined, phrases: string[]): Flag {
  return {
    id,
    label: id,
    level,
    ...(queue_id === undefined ? {} : { queue: queue_id }),
    when: { any: [{ any_phrase: phrases }] },
    why: 'test',
    examples: { match: [], no_match: [] },
  };
}

export function rule(id: string, when: Rule['when'], then: Rule['then']): Rule {
  return { id, why: `parce que ${id}`, when, then, examples: { match: [], no_match: [] } };
}

export function queue(id: string, kind: DeskQueue['kind'], changes: Partial<DeskQueue> = {}): DeskQueue {
  return { id, label: id, kind, calendar: 'site', capacity_per_open_hour: 10, restricted: false, ...changes };
}

/** A model that always answers the same. */
export function fixedModel(ranked: readonly RankedMotif[]): MotifModel {
  return { digest: 'fixed', rank: (_input: MotifInput) => ranked, evidence: () => [] };
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    channel: 'mail',
    mailbox: 'pfs-assures',
    subject: '',
    body: 'Bonjour, ma carte verte est perdue.',
    quoted: '',
    attachments: [],
    from: 'a@b.example',
    public: 'assure',
    received_at: '2026-03-18T09:00:00.000Z',
    prior_contacts: 0,
    ...changes,
  };
}
