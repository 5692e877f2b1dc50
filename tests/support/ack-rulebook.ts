import type { MailboxProfile, ReplyTemplate, Rulebook } from '../../domain/rulebook.ts';
import { MAILBOX } from './delivery-rows.ts';

const ack = (id: string, body: string, more: Partial<ReplyTemplate> = {}): ReplyTemplate => ({
  id,
  kind: 'ack',
  motifs: [],
  subject: 'Nous avons bien reçu votre message ({{reference}})',
  body,
  legal_approved: false,
  ...more,
});

export const PROFILE: MailboxProfile = {
  id: MAILBOX,
  label: 'Plateforme de services',
  public: 'assure',
  address: 'assures@caisse.example',
  sla: 'mail-48h',
  reply_via: 'smtp',
  carries_requests: false,
  authenticated_senders: [],
  open_mail: true,
  acknowledge: true,
  ack_template: 'ack-standard',
  service_name: 'Plateforme de services du Nord',
  service_contact: 'assures@caisse.example, 3646',
};

/** Just enough of a rulebook for acknowledgments. Open Monday to Friday 8:30–17:30, 100 mails an open hour. */
export function ackRulebook(profile: Partial<MailboxProfile> = {}, templates?: readonly ReplyTemplate[]): Rulebook {
  return {
    digest: 'test',
    motifs: [
      {
        id: 'c2s-demande',
        number: 18,
        label: 'C2S',
        publics: ['assure'],
        level: 'expert',
        pole: 'pole-acces-droits',
        legal_clock: { amount: 2, unit: 'months', silence: 'acceptance', source: 'CSS' },
        pieces: [],
        is_request: true,
        restricted: false,
      },
    ],
    flags: [],
    rules: [],
    queues: [{ id: 'n1', label: 'N1', kind: 'n1', calendar: 'nord', capacity_per_open_hour: 100, restricted: false }],
    calendars: [
      {
        id: 'nord',
        zone: 'Europe/Paris',
        hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:30', to: '17:30' })),
        alsace_moselle: 'none',
        local_closures: [],
      },
    ],
    slas: [
      { id: 'mail-48h', hours: 48, headline: 'working', calendar: 'nord', warn_before_hours: 8, from: '2020-01-01' },
    ],
    mailboxes: [
      { ...PROFILE, ...profile },
      { ...PROFILE, id: 'autre', address: 'autre@caisse.example', copy_to: ['chef@caisse.example'] },
    ],
    templates: templates ?? [
      ack(
        'ack-standard',
        'Reçu le {{received_on}}.\n{{service_name}}, {{service_contact}}.\nRéponse {{delay}}. Référence {{reference}}.\n{{#legal}}{{legal_silence}} Décision le {{legal_decision_on}}. {{legal_appeal}}\n{{/legal}}',
        { legal_approved: true, not_with_flags: ['deuil-perinatal'] },
      ),
      ack(
        'accuse-urgence',
        'Le 3114 répond jour et nuit. {{reference}} {{received_on}} {{service_name}} {{service_contact}} {{delay}}',
        { flags: ['danger-vital'] },
      ),
    ],
    thresholds: { motif_min: 0.5, queue_min: 0.5 },
    direct_queues: [],
  };
}
