import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Agent } from './agents.ts';
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

/** The queues a person is given work from. */
export function workQueues(agent: Agent): readonly string[] {
  if (agent.role === 'partner') return agent.pool === null ? [] : [agent.pool];
  return agent.role === 'administrator' || agent.role === 'auditor' ? [] : agent.queues;
}

/** May be given by « suivant », and comes along as a sibling. */
export function workable(agent: Agent): Where {
  const queues = workQueues(agent);
  if (queues.length === 0) return () => sql<SqlBool>`false`;
  return (eb) =>
    eb.and([
      eb('conversation.queue', 'in', [...queues]),
      ...(agent.role === 'partner' ? [eb('conversation.restricted', '=', false)] : []),
    ]);
}

/** May be taken by its id. Référents and supervisors step in where they are needed. */
export function mayTake(agent: Agent, conversation: { queue: string; restricted: boolean }): boolean {
  if (agent.role === 'supervisor' || agent.role === 'referent') return true;
  if (agent.role === 'partner' && conversation.restricted) return false;
  return workQueues(agent).includes(conversation.queue);
}
