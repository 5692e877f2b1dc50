import type { ConversationStatus } from '../conversation.ts';

/**
 * Who a group reply may go to (issue « waves »): the same answer to many, one sending each, chosen by a person who saw the
 * list. Pure: the list that is shown, the one that is approved and the check before each sending come out of here.
 */

/** A conversation of a wave, as it stands. */
export interface GroupItem {
  readonly conversation: string;
  /** The only mail a person wrote in it; null when there is none, or it is still being sorted. */
  readonly message: string | null;
  /** Whose it is, compared and never shown. */
  readonly sender: string;
  /** 0–1, of that mail and the wave. */
  readonly similarity: number;
  /** The strongest mark ever read in it, 0 (P0) to 3: by the machine in any of its mails, or put by a person. */
  readonly urgency: number;
  readonly flags: readonly string[];
  /** Other needs the machine read in its mails. */
  readonly secondary: readonly string[];
  readonly attachments: number;
  readonly status: ConversationStatus;
  /** Somebody else holds it, under a lease that runs. */
  readonly held_by_other: boolean;
  readonly restricted: boolean;
  /** The person who approves could take it by hand: it waits in a queue of theirs, or they step in everywhere. */
  readonly in_reach: boolean;
  /** It waits at a partner pool. */
  readonly with_partner: boolean;
  /** Mails of the member, and answers or calls of ours. */
  readonly incoming: number;
  readonly outgoing: number;
  /** The same person has another conversation open. */
  readonly sibling_open: boolean;
  /** The mailbox answers by mail, is live, and the address can be written to. */
  readonly sendable: boolean;
  /** The filled template passed the reader of drafts (domain/linter.ts), and has no empty field. */
  readonly text_ok: boolean;
}

/** Why an item is not in the list, and what an agent reads. In the order they are looked at. */
export const EXCLUSIONS = {
  urgent: 'Signalement P0 ou P1 : une personne répond en particulier.',
  restricted: 'Circuit réservé.',
  'second-motif': 'Le message demande aussi autre chose.',
  attachment: 'Le message a une pièce jointe.',
  weak: 'La ressemblance avec la vague est trop faible.',
  'not-open': 'La conversation n’attend plus de réponse.',
  taken: 'Une autre personne la traite.',
  partner: 'Elle est confiée à une équipe partenaire.',
  'other-team': 'Elle attend dans une autre équipe : un référent ou un superviseur peut y répondre.',
  dialogue: 'Un échange a déjà eu lieu.',
  undecided: 'Le message n’est pas encore trié.',
  sibling: 'La même personne a une autre conversation ouverte.',
  'not-sendable': 'La boîte ne répond pas par courriel, est en observation, ou l’adresse est inutilisable.',
  text: 'Le modèle ne convient pas à cette conversation.',
} as const;
export type Exclusion = keyof typeof EXCLUSIONS;

/** Why this item may not be answered with the others; undefined when it may. */
export function exclusionOf(item: GroupItem, similarity_min: number): Exclusion | undefined {
  if (item.urgency <= 1) return 'urgent';
  if (item.restricted) return 'restricted';
  if (item.secondary.length > 0) return 'second-motif';
  if (item.attachments > 0) return 'attachment';
  // Not `<`: a figure that is no number resembles nothing.
  if (!(item.similarity >= similarity_min)) return 'weak';
  if (item.status !== 'queued' && item.status !== 'assigned') return 'not-open';
  if (item.held_by_other) return 'taken';
  if (item.with_partner) return 'partner';
  if (!item.in_reach) return 'other-team';
  if (item.incoming > 1 || item.outgoing > 0) return 'dialogue';
  if (item.message === null) return 'undecided';
  if (item.sibling_open) return 'sibling';
  if (!item.sendable) return 'not-sendable';
  if (!item.text_ok) return 'text';
  return undefined;
}

export interface GroupList {
  /** To be answered, in the order given. */
  readonly items: readonly GroupItem[];
  /** As good, but over the limit of one group reply: they come with the next one. */
  readonly later: number;
  readonly excluded: readonly { readonly item: GroupItem; readonly why: Exclusion }[];
}

/** Sorts the conversations of a wave into those a group reply answers and those it leaves, each with its reason. */
export function groupList(
  items: readonly GroupItem[],
  limits: { readonly similarity_min: number; readonly group_max: number },
): GroupList {
  const good: GroupItem[] = [];
  const excluded: GroupList['excluded'][number][] = [];
  const people = new Set<string>();
  for (const item of items) {
    const why = exclusionOf(item, limits.similarity_min) ?? (people.has(item.sender) ? 'sibling' : undefined);
    if (why !== undefined) excluded.push({ item, why });
    else good.push(item);
    people.add(item.sender);
  }
  return { items: good.slice(0, limits.group_max), later: Math.max(0, good.length - limits.group_max), excluded };
}

/** The words that would leave: as the person saw them. */
export interface GroupText {
  readonly template: string;
  readonly subject: string;
  readonly body: string;
  /** Whose links and label the words take; null: each mail's own. One outage is read as several motifs. */
  readonly motif: string | null;
}

/**
 * Exactly what a person approves, as one text to be hashed: the wave, the template's words, and each mail that gets an
 * answer. Another mail, another order or one changed letter of the template is another text.
 */
export function approvalText(wave: string, text: GroupText, items: readonly GroupItem[]): string {
  const { template, subject, body, motif } = text;
  return JSON.stringify([
    wave,
    template,
    subject,
    body,
    motif,
    items.map(({ conversation, message }) => [conversation, message]),
  ]);
}
