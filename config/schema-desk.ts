import { z } from 'zod';
import type {
  DeskQueue,
  KnownSender,
  MailboxProfile,
  OpeningHours,
  SiteCalendar,
  SlaPolicy,
} from '../domain/rulebook.ts';
import { date, email, hours, id, oneOrMore, publicName, sender, share, text, time, version, yesNo } from './fields.ts';
import { LIMITS } from './limits.ts';

/** pools.yaml, calendars.yaml, sla.yaml, mailboxes.yaml and the head of replies/*.md. */
const contract = z.strictObject({
  from: id,
  since: date,
  motifs: z.array(id).min(1).max(LIMITS.motifs_max),
  daily_quota: z.int().min(0).max(1_000_000),
  max_share: share,
  trigger: z.enum(['forecast', 'backlog']).default('backlog'),
  margin_hours: hours(1_000).optional(),
  stop_margin_hours: hours(1_000).optional(),
  trigger_hours: hours(1_000).optional(),
  stop_hours: hours(1_000).optional(),
  enabled: yesNo,
  recall_hours: hours(1_000).optional(),
  silent_hours: hours(1_000).optional(),
  sample_share: share.optional(),
  reveal_nir: yesNo.optional(),
});

const queue = z.strictObject({
  id,
  label: text,
  kind: z.enum(['n1', 'pole', 'review', 'human-triage', 'middle-office', 'sensitive', 'partner', 'supervisor']),
  calendar: id,
  capacity_per_open_hour: z.number().min(0).max(100_000),
  pace_per_agent_hour: z.number().positive().max(1_000).optional(),
  restricted: yesNo.default(false),
  contract: contract.optional(),
});
export const poolsFile = z.strictObject({
  version,
  queues: z.array(queue).min(1).max(LIMITS.queues_max),
  direct_queues: z.array(id).max(LIMITS.queues_max).default([]),
});

/** ISO weekday numbers behind the French names people write. */
export const DAYS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'] as const;
const opening = z.strictObject({ days: oneOrMore(z.enum(DAYS), 7), from: time, to: time });
const calendar = z
  .strictObject({
    id,
    zone: z.string().max(64).refine(isZone, { error: 'un fuseau horaire, par exemple Europe/Paris' }),
    hours: z.array(opening).min(1).max(50),
    alsace_moselle: z.enum(['none', 'with-good-friday', 'without-good-friday']).default('none'),
    local_closures: z.array(date).max(200).default([]),
  })
  .superRefine(({ hours: weekly }, context) => {
    const taken: OpeningHours[] = [];
    weekly.forEach((line, i) => {
      const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['hours', i], message });
      if (line.from >= line.to) refuse('une fermeture après l’ouverture');
      const slots = openings(line);
      const clash = slots.find((slot) =>
        taken.some((other) => other.day === slot.day && other.from < slot.to && slot.from < other.to),
      );
      if (clash !== undefined) refuse(`des heures qui ne se chevauchent pas (${DAYS[clash.day - 1]})`);
      taken.push(...slots);
    });
  })
  .transform(({ hours: weekly, ...rest }): SiteCalendar => ({ ...rest, hours: weekly.flatMap(openings).sort(byTime) }));
export const calendarsFile = z.strictObject({ version, calendars: z.array(calendar).min(1).max(LIMITS.calendars_max) });

const sla = z.strictObject({
  id,
  hours: hours(10_000),
  headline: z.enum(['elapsed', 'working']),
  calendar: id,
  warn_before_hours: z.number().min(0).max(10_000),
  from: date,
  pick_up_open_hours: hours(1_000).optional(),
  close_within_hours: hours(20_000).optional(),
});
export const slaFile = z.strictObject({ version, slas: z.array(sla).min(1).max(LIMITS.slas_max) });

const mailbox = z.strictObject({
  id,
  label: text,
  public: publicName,
  address: email,
  sla: id,
  reply_via: z.enum(['smtp', 'account-api', 'portal']).default('smtp'),
  carries_requests: yesNo.default(false),
  authenticated_senders: z.array(sender).max(500).default([]),
  open_mail: yesNo.default(true),
  acknowledge: yesNo,
  ack_template: id.optional(),
  service_name: text,
  service_contact: text,
  default_queue: id.optional(),
  classify: yesNo.optional(),
  caisse: id.optional(),
  copy_to: z.array(email).max(20).optional(),
});
const knownSender = z.strictObject({ domain: text, public: publicName });

export const mailboxesFile = z.strictObject({
  version,
  senders: z.array(knownSender).max(LIMITS.senders_max).default([]),
  mailboxes: z.array(mailbox).min(1).max(LIMITS.mailboxes_max),
});

export const templateHead = z.strictObject({
  id,
  kind: z.enum(['ack', 'reply', 'notice']),
  motifs: z.array(id).max(LIMITS.motifs_max).default([]),
  subject: text,
  legal_approved: yesNo,
  flags: z.array(id).min(1).max(LIMITS.flags_max).optional(),
  not_with_flags: z.array(id).min(1).max(LIMITS.flags_max).optional(),
  owner: text.optional(),
  valid_until: date.optional(),
});

export type PoolsFile = { version: 1; queues: DeskQueue[]; direct_queues: string[] };
export type CalendarsFile = { version: 1; calendars: SiteCalendar[] };
export type SlaFile = { version: 1; slas: SlaPolicy[] };
export type MailboxesFile = { version: 1; senders: KnownSender[]; mailboxes: MailboxProfile[] };

function openings(line: z.output<typeof opening>): OpeningHours[] {
  return line.days.map((day) => ({ day: DAYS.indexOf(day) + 1, from: line.from, to: line.to }));
}

function byTime(a: OpeningHours, b: OpeningHours): number {
  return a.day - b.day || (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('fr', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
