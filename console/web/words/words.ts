import type { SnoozeReason } from '../../../domain/aside.ts';
import type { ClosingCode, ReplyType } from '../../../domain/conversation.ts';
import type { JoinReason } from '../../../domain/joining.ts';
import type { NoAnswerReason } from '../../../domain/closing.ts';
import type { TransferReason } from '../../../domain/transfer.ts';
import type { Role } from '../api/types.ts';

/** What codes are called on the screen. */

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  agent: 'conseiller',
  referent: 'référent',
  supervisor: 'superviseur',
  partner: 'équipe partenaire',
  administrator: 'administrateur',
  auditor: 'auditeur',
};

export const PUBLIC_LABELS: Readonly<Record<string, string>> = {
  assure: 'assuré',
  employeur: 'employeur',
  ps: 'professionnel de santé',
  partenaire: 'partenaire',
  institution: 'institution',
  machine: 'machine',
};

export const STATUS_LABELS: Readonly<Record<string, string>> = {
  queued: 'en attente',
  assigned: 'prise',
  waiting: 'attend des pièces',
  answered: 'répondue',
  closed: 'close',
};

export const URGENCY_LABELS = ['P0, immédiat', 'P1, aujourd’hui', 'P2, avant les autres', 'ordinaire'] as const;

export const REPLY_LABELS: Readonly<Record<ReplyType, string>> = {
  definitive: 'Réponse complète',
  pieces: 'Demande de pièces',
  'renvoi-compte': 'Renvoi vers le compte ameli',
  attente: 'Message d’attente (n’arrête pas le délai)',
  appel: 'Trace d’un appel téléphonique',
};

export const CLOSING_LABELS: Readonly<Record<ClosingCode, string>> = {
  answered: 'Répondu',
  answered_with_other: 'Répondu avec un autre message',
  redirected: 'Transmis à un autre organisme, la personne en est avisée',
  no_answer_needed: 'N’appelle pas de réponse (merci, information)',
  call_conclusive: 'Réglé par téléphone',
  versed_to_scan: 'Pièces versées à la numérisation',
  closed_without_answer: 'Clos sans réponse (superviseur)',
};

export const NO_ANSWER_LABELS: Readonly<Record<NoAnswerReason, string>> = {
  duplicate: 'Doublon',
  abusive: 'Propos injurieux ou menaçants',
  obsolete: 'Sans objet aujourd’hui',
  withdrawn: 'Retiré par la personne',
  misrouted_machine_mail: 'Courriel automatique mal orienté',
};

export const TRANSFER_LABELS: Readonly<Record<TransferReason, string>> = {
  expert_needed: 'Demande une expertise',
  wrong_queue: 'Mauvaise file',
  out_of_skill: 'Hors de mes compétences',
  urgent: 'Urgent',
  restricted_circuit: 'Circuit réservé',
  review_approved: 'Analyse préalable : accord',
  review_returned: 'Analyse préalable : rendu',
  hand_back: 'Rendu à la file d’origine',
};

export const RELEASE_LABELS = {
  end_of_shift: 'Fin de vacation',
  out_of_skill: 'Hors de mes compétences',
  needs_help: 'J’ai besoin d’aide',
  conflict_of_interest: 'Je connais la personne',
  mistake: 'Prise par erreur',
} as const;

export const SNOOZE_LABELS: Readonly<Record<SnoozeReason, string>> = {
  colleague: 'J’attends la réponse d’un collègue',
  business_tool: 'L’outil métier est indisponible',
  other_service: 'J’attends un autre service',
  call_back_later: 'Je rappelle la personne plus tard',
  to_verify: 'Je vérifie un point avant de répondre',
};

export const JOIN_LABELS: Readonly<Record<JoinReason, string>> = {
  same_nir: 'Même numéro de sécurité sociale',
  person_says: 'La personne le dit elle-même',
  same_file: 'Même dossier dans l’outil métier',
};

const DELIVERY_LABELS: Readonly<Record<string, string>> = {
  pending: 'va partir',
  held: 'retenue (boîte en observation)',
  sending: 'part',
  sent: 'partie',
  failed: 'échouée',
  ambiguous: 'peut-être partie : à vérifier',
  cancelled: 'annulée',
};

export const DELIVERY_KINDS: Readonly<Record<string, string>> = {
  ack: 'Accusé de réception',
  reply: 'Réponse',
  notice: 'Avis',
};

/** What became of a sending; an answer is of the other gender than an acknowledgment or a notice. */
export function deliveryLabel(status: string, kind: string): string {
  const label = DELIVERY_LABELS[status] ?? status;
  return kind === 'reply' ? label : label.replace(/(^|\s)(retenu|parti|échoué|annulé)e(?=$|\s)/, '$1$2');
}

export { counted as count } from '../../../domain/counted.ts';

export function percent(share: number | null | undefined): string {
  return share == null ? '–' : `${(share * 100).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} %`;
}
