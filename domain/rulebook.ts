/**
 * The validated configuration as the decision core sees it. `config/` builds it from YAML; nothing here reads a file.
 * A rulebook is identified by its digest and never changes (law 11).
 */

import type { BotTerms } from './bot/terms.ts';
import type { WorkOrder } from './order.ts';
import type { FigureTerms } from './figure-terms.ts';
import type { OverflowContract } from './overflow-contract.ts';
import type { PresencePolicy } from './presence-usual.ts';
import type { ReviewPolicy } from './review.ts';
import type { Rota } from './rota.ts';
import type { ReplyTemplate } from './template-life.ts';
import type { WavePolicy } from './wave/policy.ts';

export type { OverflowContract, ReplyTemplate };

export type Level = 'n1' | 'expert';
/** P0: a person at once. P1: today. P2: before the rest of its queue. info: shown only. Domain §3.5. */
export type FlagLevel = 'P0' | 'P1' | 'P2' | 'info';
/** P0 → 0 … info → 3: what `conversation.urgency` holds; info never moves a mail. */
export function flagRank(level: FlagLevel): number {
  return level === 'P0' ? 0 : level === 'P1' ? 1 : level === 'P2' ? 2 : 3;
}
/** Who writes. Domain §3.2 (A, E, PS, P) plus institutions and machines. */
export type Public = 'assure' | 'employeur' | 'ps' | 'partenaire' | 'institution' | 'machine';
/** How an answer leaves: by mail, through the member's account, or by hand in a partner portal with a recorded proof. */
export type ReplyVia = 'smtp' | 'account-api' | 'portal';

/** A delay fixed by law that runs beside the SLA from the same start (domain §2.4). */
export interface LegalClock {
  /** Length of the delay. */
  readonly amount: number;
  readonly unit: 'days' | 'working-days' | 'months';
  /** What silence means when it ends. */
  readonly silence: 'acceptance' | 'rejection' | 'none';
  /** The text it comes from, as shown to agents. */
  readonly source: string;
}

export interface Motif {
  readonly id: string;
  /** 1–37, the number of domain §3.2. */
  readonly number: number;
  readonly label: string;
  readonly publics: readonly Public[];
  readonly level: Level;
  /** The level depends on what is asked (domain §3.6-2: 04, 18, 20, 28): the text decides, `level` where it says nothing. */
  readonly level_by_text?: boolean;
  /** The expert team, or `n1`. */
  readonly pole: string;
  readonly legal_clock?: LegalClock;
  /** Link to the self-service that may be offered, never imposed (CRPA L112-8). */
  readonly teleservice?: string;
  readonly pieces: readonly string[];
  /** True when the mail is a request in the sense of CRPA L112-11 (the acknowledgment must then say what silence means). */
  readonly is_request: boolean;
  /** Medical-service items are never shown to a partner (law 9). */
  readonly restricted: boolean;
  /** Days in which a further mail of the same person on this motif repeats the first (domain §3.6-7); default 14. */
  readonly repeat_window_days?: number;
  /** Set on a motif of motifs-provisoires.yaml: a new subject, named before the model was trained on it. */
  readonly provisional?: ProvisionalTerms;
}

/** How a provisional motif is recognised, and when. What it does not state it has from its parent. */
export interface ProvisionalTerms {
  /** The motif of the nomenclature it counts under. */
  readonly parent: string;
  readonly why: string;
  /** First and last day, "YYYY-MM-DD" in Europe/Paris, on which a mail it names may have arrived. */
  readonly from: string;
  readonly until?: string;
  /** Asks the mail only: its words, mailbox, public, sender or attachments. */
  readonly when: Condition;
  readonly examples: Examples;
}

export interface Flag {
  readonly id: string;
  readonly label: string;
  readonly level: FlagLevel;
  /** Queue that overrides the motif's queue; the motif and the level stay (domain §3.6-3). */
  readonly queue?: string;
  readonly when: Condition;
  /** A higher level when more is true, e.g. `ij-attente` from 45 days on (domain §3.5). Only looked at when `when` matched. */
  readonly raise?: { readonly level: FlagLevel; readonly when: Condition };
  readonly why: string;
  readonly examples: Examples;
}

/**
 * What a rule must recognise, and must leave alone, before it loads. A plain text is a body; what the example does not
 * say (motif, mailbox, sender…) is taken as given, so that it tries the words of the rule.
 */
export type Example =
  | string
  | {
      readonly subject?: string;
      readonly body: string;
      readonly motif?: string;
      readonly level?: Level;
      readonly flags?: readonly string[];
      readonly mailbox?: string;
      readonly public?: Public;
      readonly from?: string;
      readonly attachments?: readonly string[];
      /** ISO instant the text is read at; matters to dates and delays only. */
      readonly at?: string;
      readonly prior_contacts?: number;
    };

export interface Examples {
  readonly match: readonly Example[];
  readonly no_match: readonly Example[];
}

/** A condition over {@link Facts}. Phrases are folded (accents, case, plurals) and keep negation. */
export interface Condition {
  readonly all?: readonly Predicate[];
  readonly any?: readonly Predicate[];
  readonly none?: readonly Predicate[];
}

export type Predicate =
  | { readonly motif: string | readonly string[] }
  | { readonly level: Level }
  | { readonly flag: string | readonly string[] }
  | { readonly mailbox: string | readonly string[] }
  | { readonly public: Public | readonly Public[] }
  | { readonly any_phrase: readonly string[] }
  | { readonly all_phrases: readonly string[] }
  | { readonly regex: string }
  | { readonly sender_domain: readonly string[] }
  | { readonly has_attachment: boolean }
  /** The text says that something has lasted at least so many days (« depuis le 12/09 », « 7 semaines »). */
  | { readonly waiting_days_min: number }
  /** The text names a day at most so many days after the mail (« demain », « lundi », « le 12 mars »). */
  | { readonly date_within_days: number }
  /** A number written out in the text, its key checked (ruling 9 of domain §3.6). */
  | { readonly written_data: readonly WrittenData[] }
  /** True when the text is not in French. */
  | { readonly foreign_language: boolean }
  /** In a flag only: the model gives this flag at least this probability (0–1), for what no list of phrases foresees. */
  | { readonly model_min: number }
  /** In a flag only: the same of a flag above it, whether that one was raised or not. */
  | { readonly model_hears: { readonly flag: string; readonly min: number } }
  /** Earlier contacts of the same person about the same motif, within its window (domain/repeat.ts). */
  | { readonly prior_contacts_min: number }
  | Condition;

/** `-like`: the shape alone, its key wrong or missing. */
export type WrittenData = 'nir' | 'iban' | 'card' | 'nir-like' | 'iban-like';

export interface Rule {
  readonly id: string;
  readonly why: string;
  readonly when: Condition;
  readonly then: { readonly level?: Level; readonly queue?: string; readonly motif?: string };
  readonly examples: Examples;
}

export type QueueKind =
  'n1' | 'pole' | 'review' | 'human-triage' | 'middle-office' | 'sensitive' | 'partner' | 'supervisor';

/** Where work waits. Every decision names exactly one. */
export interface DeskQueue {
  readonly id: string;
  readonly label: string;
  readonly kind: QueueKind;
  /** Weekly opening, key into {@link Rulebook.calendars}. */
  readonly calendar: string;
  /** Mails the team can answer in one open hour, all agents together. */
  readonly capacity_per_open_hour: number;
  /** Mails one present person answers in an hour of work; 13 (domain/presence.ts) where nothing is said. */
  readonly pace_per_agent_hour?: number;
  /** Only doubt about these goes to human triage, and no partner ever sees them (design law 5). */
  readonly restricted: boolean;
  readonly contract?: OverflowContract;
}

export interface OpeningHours {
  /** ISO weekday 1 (Monday) – 7. */
  readonly day: number;
  /** "HH:MM", local time. */
  readonly from: string;
  readonly to: string;
}

export interface SiteCalendar {
  readonly id: string;
  readonly zone: string;
  readonly hours: readonly OpeningHours[];
  /** 26 December, and Good Friday where the commune has a Protestant or mixed church (ordinance of 16 Aug 1892). */
  readonly alsace_moselle: 'none' | 'with-good-friday' | 'without-good-friday';
  /** "YYYY-MM-DD". Reduces capacity, never moves a clock. */
  readonly local_closures: readonly string[];
}

export interface SlaPolicy {
  readonly id: string;
  /** Target in hours on both clocks (24 h per working day on the `working` clock). */
  readonly hours: number;
  /** Which clock the deadline shown first uses; both are stored. */
  readonly headline: 'elapsed' | 'working';
  readonly calendar: string;
  /** Warn this many hours before the due instant. */
  readonly warn_before_hours: number;
  /** "YYYY-MM-DD" from which the policy applies; an older request keeps the policy of its day. */
  readonly from: string;
  /** Somebody opens the mail within so many opening hours of the desk; shown, never part of the figure. */
  readonly pick_up_open_hours?: number;
  /** The whole matter ends within so many elapsed hours, e.g. a médiation within a month. */
  readonly close_within_hours?: number;
}

export interface MailboxProfile {
  readonly id: string;
  readonly label: string;
  readonly public: Public;
  readonly address: string;
  readonly sla: string;
  readonly reply_via: ReplyVia;
  /** A portal sends by machine but carries human requests; applies only when {@link authenticated_senders} matches. */
  readonly carries_requests: boolean;
  readonly authenticated_senders: readonly string[];
  /** Open mail: no personal data in answers, no NIR or RIB asked (domain §2.5). */
  readonly open_mail: boolean;
  /** Acknowledge on receipt (CRPA L112-11). */
  readonly acknowledge: boolean;
  readonly service_name: string;
  readonly service_contact: string;
  /** Queue for mail the model has nothing to say about, e.g. a médiation mailbox. */
  readonly default_queue?: string;
  /** Template of the acknowledgment; required when `acknowledge` is true. */
  readonly ack_template?: string;
  /** False for machine mail whose text says nothing (DSN pieces, scanned forms): straight to `default_queue`. */
  readonly classify?: boolean;
  /** The caisse it belongs to, where one platform serves several; figures are told by it. */
  readonly caisse?: string;
  /** Addresses that receive a copy of our answers, e.g. the manager of a France Services sector. */
  readonly copy_to?: readonly string[];
}

/** Senders whose address says who they are, e.g. a partner's domain under convention (domain §3.3). */
export interface KnownSender {
  /** A domain with its sub-domains, or a whole address; lower case. */
  readonly domain: string;
  readonly public: Public;
}

export interface Thresholds {
  /**
   * The share of sure motifs that must be right, 0–1: from it and the model's own record the confidence follows under
   * which a motif is unsure.
   */
  readonly target_accuracy?: number;
  /** A confidence given by hand; it stands where no target is set or the model keeps no record. */
  readonly motif_min?: number;
  /** Under this, the queue is unsure. */
  readonly queue_min: number;
}

export interface Rulebook {
  readonly digest: string;
  readonly motifs: readonly Motif[];
  readonly flags: readonly Flag[];
  readonly rules: readonly Rule[];
  readonly queues: readonly DeskQueue[];
  readonly calendars: readonly SiteCalendar[];
  readonly slas: readonly SlaPolicy[];
  readonly mailboxes: readonly MailboxProfile[];
  readonly templates: readonly ReplyTemplate[];
  readonly thresholds: Thresholds;
  readonly senders?: readonly KnownSender[];
  /** Motifs whose expert transfer is not reviewed (design: machine routes are `direct`). */
  readonly direct_queues: readonly string[];
  /** The bot's settings and answers; absent where no bot is run. */
  readonly bot?: BotTerms;
  /** order.yaml, presence.yaml, reviews.yaml, rota.yaml, waves.yaml; the defaults of the domain stand in for what is not there. */
  readonly order?: WorkOrder;
  readonly presence?: PresencePolicy;
  readonly reviews?: ReviewPolicy;
  readonly rota?: Rota;
  readonly waves?: WavePolicy;
  /** figure.yaml: reference lines and regime markers of the figure. */
  readonly figure?: FigureTerms;
}
