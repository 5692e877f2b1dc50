import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Agent } from './agents.ts';
import type { Conversation } from './intake.ts';
import type { Schema } from './schema.ts';

/**
 * Which conversations a person sees, and which work they may take: the first wall of law 9. Row security in the database
 * is the second one, for partners; on PGlite this one stands alone.
 */
type Conversations = ExpressionBuilder<Schema, 'conversation'>;
type Where = (eb: Conversations) => Expression<SqlBool>;

/**
 * May be read. A partner: its pool, nothing reserved. Own staff: everything but reserved circuits (medical service,
 * bereavement, fraud…), which are for those who answer them, for a holder, and for supervisors.
 */
export function inSight(agent: Agent): Where {
  switch (agent.role) {
    case 'partner':
      return (eb) =>
        eb.and([eb('conversation.queue', '=', agent.pool ?? ''), eb('conversation.restricted', '=', false)]);
    case 'agent':
    case 'referent':
      return (eb) =>
        eb.or([
          eb('conversation.restricted', '=', false),
          eb('conversation.holder', '=', agent.id),
          ...(agent.queues.length === 0 ? [] : [eb('conversation.queue', 'in', [...agent.queues])]),
        ]);
    case 'supervisor':
      return () => sql<SqlBool>`true`;
    case 'administrator':
    case 'auditor':
      return () => sql<SqlBool>`false`;
  }
}

/** {@link inSight} of a row that was read already. */
export function sees(agent: Agent, row: Pick<Conversation, 'queue' | 'restricted' | 'holder'>): boolean {
  switch (agent.role) {
    case 'partner':
      return !row.restricted && row.queue === agent.pool;
    case 'agent':
    case 'referent':
      return !row.restricted || row.holder === agent.id || agent.queues.includes(row.queue);
    case 'supervisor':
      return true;
    case 'administrator':
    case 'auditor':
      return false;
  }
}

/** The queues a person is given work from. */
export function workQueues(agent: Agent): readonly string[] {
  if (agent.role === 'partner') return agent.pool === null ? [] : [agent.pool];
  return agent.role === 'administrator' || agent.role === 'auditor' ? [] : agent.queues;
}

/** What « suivant » looks at for one person, at one moment; store/reach.ts makes it. */
export interface Reach {
  readonly agent_id: string;
  readonly queues: readonly string[];
  /** A partner never gets reserved items (law 9). */
  readonly partner: boolean;
  /** Expert mail in the review that this level-1 person has the skill for: the review queue, and the motifs. */
  readonly offered?: { readonly queue: string; readonly motifs: readonly string[] };
  /** What a référent is not given yet, because somebody present has the skill: not before this instant of opening. */
  readonly held?: { readonly queue: string; readonly motifs: readonly string[]; readonly opened_after: Date };
  /** Minutes that what somebody set aside is theirs when it is back; the domain's own when left out. */
  readonly kept_minutes?: number;
}

/** The reach of somebody without skills. */
export function plainReach(agent: Agent): Reach {
  return { agent_id: agent.id, queues: workQueues(agent), partner: agent.role === 'partner' };
}

/** May be given by « suivant », and comes along as a sibling. */
export function workable({ queues, partner, offered, agent_id }: Reach): Where {
  return (eb) =>
    eb.or([
      ...(queues.length === 0
        ? []
        : [
            eb.and([
              eb('conversation.queue', 'in', [...queues]),
              ...(partner ? [eb('conversation.restricted', '=', false)] : []),
            ]),
          ]),
      ...(offered === undefined || offered.motifs.length === 0
        ? []
        : [
            eb.and([
              eb('conversation.queue', '=', offered.queue),
              eb('conversation.restricted', '=', false),
              eb(eb.fn.coalesce('conversation.motif_confirmed', 'conversation.motif'), 'in', [...offered.motifs]),
              sql<SqlBool>`not exists (select 1 from aiguillage.review r where r.conversation_id = conversation.id
                and r.outcome is null and ${agent_id}::uuid = any(r.declined_by))`,
            ]),
          ]),
    ]);
}

type Takeable = Pick<Conversation, 'queue' | 'restricted' | 'motif' | 'motif_confirmed'>;

/** May be taken by its id. Référents and supervisors step in where they are needed. */
export function mayTake(agent: Agent, conversation: Takeable, reach: Reach = plainReach(agent)): boolean {
  if (agent.role === 'supervisor' || agent.role === 'referent') return true;
  if (agent.role === 'partner' && conversation.restricted) return false;
  return reach.queues.includes(conversation.queue) || isOffered(reach, conversation);
}

/** Expert mail that this person has by their skill only. */
export function isOffered(
  { queues, offered }: Reach,
  { queue, restricted, motif, motif_confirmed }: Takeable,
): boolean {
  if (offered?.queue !== queue || queues.includes(queue) || restricted) return false;
  return offered.motifs.includes(motif_confirmed ?? motif ?? '');
}
