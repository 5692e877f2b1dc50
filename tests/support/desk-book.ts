import type { DeskQueue, MailboxProfile, ReplyTemplate, Rulebook } from '../../domain/rulebook.ts';
import { flag, motif, queue, testBook } from './book.ts';

/** A rulebook with what the desk needs: reserved circuits, two pools, mailboxes that answer each their way. */
export function deskBook(): Rulebook {
  const base = testBook();
  const profile = base.mailboxes[0]!;
  return {
    ...base,
    motifs: [
      motif('carte-vitale', 14),
      motif('attestation-document', 15, { teleservice: 'https://ameli.example/attestation' }),
      motif('ij-calcul-montant', 2, { level: 'expert', pole: 'pole-pe' }),
      motif('service-medical-ald', 7, { level: 'expert', pole: 'elsm', restricted: true }),
    ],
    flags: [
      flag('danger-vital', 'P0', 'urgence-vitale', ['me suicider']),
      flag('deuil-perinatal', 'P1', 'rca', ['fausse couche']),
      flag('reiteration', 'P2', undefined, ['relance']),
    ],
    queues: [
      queue('n1', 'n1'),
      queue('analyse-prealable', 'review'),
      queue('tri-humain', 'human-triage', { restricted: true }),
      queue('pole-pe', 'pole'),
      queue('pole-fds', 'pole'),
      queue('cis', 'pole'),
      queue('elsm', 'sensitive', { restricted: true }),
      queue('rca', 'sensitive', { restricted: true }),
      queue('middle-office', 'middle-office'),
      queue('urgence-vitale', 'supervisor', { restricted: true }),
      pool('pool.hainaut', true),
      pool('pool.flandres', false),
    ],
    mailboxes: [
      profile,
      mailbox(profile, 'pfs-observe'),
      mailbox(profile, 'administration-plus', { reply_via: 'portal', open_mail: false, public: 'partenaire' }),
      mailbox(profile, 'fs-macon', { copy_to: ['responsable@fs.example'] }),
    ],
    templates: [
      template('carte.declarer', {
        motifs: ['carte-vitale'],
        body: 'Bonjour,\n{{agent}} — {{service_name}}\nRéférence {{reference}}.\nDélai : {{delay}}.',
      }),
      template('carte.naissance', {
        motifs: ['carte-vitale'],
        not_with_flags: ['deuil-perinatal'],
        flags: ['reiteration'],
      }),
      template('autre', { motifs: ['ij-calcul-montant'] }),
    ],
    direct_queues: ['elsm', 'rca', 'middle-office', 'urgence-vitale', 'cis'],
  };
}

function pool(id: string, reveal_nir: boolean): DeskQueue {
  return queue(id, 'partner', {
    contract: {
      from: 'n1',
      since: '2021-11-01',
      motifs: ['carte-vitale'],
      daily_quota: 100,
      max_share: 0.5,
      trigger_hours: 8,
      enabled: true,
      reveal_nir,
    },
  });
}

function mailbox(base: MailboxProfile, id: string, changes: Partial<MailboxProfile> = {}): MailboxProfile {
  return { ...base, id, label: id, address: `${id}@cpam.example`, ...changes };
}

function template(id: string, changes: Partial<ReplyTemplate>): ReplyTemplate {
  return {
    id,
    kind: 'reply',
    motifs: [],
    subject: 'Votre demande',
    body: 'Bonjour,',
    legal_approved: false,
    ...changes,
  };
}
