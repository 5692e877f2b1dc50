/**
 * What the audit trail is filtered by: kinds of acts, and which actions are of each. An action nobody listed here is of kind
 * `other`, so that a new one is never out of sight.
 */
export const AUDIT_KINDS = [
  'read',
  'reveal',
  'search',
  'export',
  'decision',
  'sending',
  'rules',
  'account',
  'session',
  'other',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

const ACTIONS: Readonly<Record<Exclude<AuditKind, 'other'>, readonly string[]>> = {
  read: ['conversation.read', 'attachment.read', 'original.read', 'group_reply.read', 'bot.words_read', 'audit.read'],
  reveal: ['nir.revealed'],
  search: ['conversations.searched', 'conversations.listed'],
  export: ['export.made'],
  decision: [
    'conversation.motif_confirmed',
    'conversation.transferred',
    'conversation.released',
    'conversation.snoozed',
    'conversation.woken',
    'conversation.joined',
    'conversation.split',
    'conversation.closed',
    'conversation.flag_added',
    'conversation.flag_removed',
    'review.approved',
    'review.returned',
    'review.remotived',
    'review.accepted',
    'review.refused',
    'task.opened',
    'task.done',
    'sample.judged',
    'pool_answer.read',
    'reply_sample.read',
    'reply.held',
    'reply.read',
    'alert.acknowledged',
  ],
  sending: [
    'conversation.replied',
    'conversation.reply_cancelled',
    'group_reply.approved',
    'group_reply.stopped',
    'delivery.sent',
    'delivery.resolved',
  ],
  rules: [
    'rulebook.proposed',
    'rulebook.activated',
    'rulebook.simulated',
    'model.activated',
    'model.trained',
    'model.refused',
    'mailbox.mode',
    'overflow.stopped',
    'overflow.resumed',
    'wave.named',
    'wave.dismissed',
    'wave.ended',
  ],
  account: ['agent.created', 'agent.changed', 'agent.newcomer', 'presence.set', 'site.closed', 'site.reopened'],
  session: ['session.opened', 'session.closed', 'session.ended', 'session.refused'],
};
const KIND_OF = new Map(
  Object.entries(ACTIONS).flatMap(([kind, actions]) => actions.map((action) => [action, kind as AuditKind] as const)),
);

/** The kind of an action. */
export function auditKind(action: string): AuditKind {
  return KIND_OF.get(action) ?? 'other';
}

/** The actions of a kind; `other` is what is of none, told by `except`. */
export function actionsOf(
  kind: AuditKind,
): { readonly only: readonly string[] } | { readonly except: readonly string[] } {
  return kind === 'other' ? { except: [...KIND_OF.keys()] } : { only: ACTIONS[kind] };
}
