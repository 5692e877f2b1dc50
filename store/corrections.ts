import { sql } from 'kysely';
import type { Example } from '../classifiers/examples.ts';
import { heardFlag } from '../domain/heard-flag.ts';
import { addressClass, maskForLearning, nameWords } from '../domain/learning-text.ts';
import type { Decision } from '../domain/route.ts';
import type { Motif, Rulebook } from '../domain/rulebook.ts';
import { needsWholeThread } from '../domain/text/quotes.ts';
import type { Tx } from './database.ts';
import type { StoredAttachment } from './schema.ts';

/**
 * What people said about the machine's decisions, as labelled mails to train on (docs/learning.md). The event log says who
 * judged what; the text is masked here, so that nothing unmasked ever leaves for a training.
 */

/** Why a judged mail teaches nothing. */
export interface SkippedCorrections {
  /** Its text is gone (erasure, retention), or there never was one. */
  readonly no_text: number;
  /** The request stands in the thread it quotes, which is other people's text. */
  readonly quoted_only: number;
  /** A mark was corrected, but the machine was not sure of the motif and nobody has given it. */
  readonly no_motif: number;
  /** The motif is no longer in the rules. */
  readonly unknown_motif: number;
}

export interface Corrections {
  /** In order of their ids: the same judgements give the same model. */
  readonly examples: readonly Example[];
  readonly skipped: SkippedCorrections;
}

/** Conversations read, newest judgement first; older ones have said what they had to say. */
export const CONVERSATIONS_MAX = 20_000;
const BATCH = 200;
/** More than a model looks at of a mail. */
const TEXT_CHARS_MAX = 20_000;
const ATTACHMENTS_MAX = 20;

/** Every mail a person gave a motif to, or put or took a mark on, masked. */
export async function readCorrections(
  tx: Tx,
  book: Pick<Rulebook, 'motifs' | 'flags'>,
  conversations_max = CONVERSATIONS_MAX,
): Promise<Corrections> {
  // The list of types stands here as it stands in the partial index event_judgement.
  const { rows } = await sql<{ id: string }>`
    select conversation_id as id from aiguillage.event
    where type in ('conversation.motif_confirmed', 'conversation.flag_added', 'conversation.flag_removed')
      and conversation_id is not null
    group by conversation_id order by max(seq) desc limit ${conversations_max}`.execute(tx);
  const examples: Example[] = [];
  const skipped = { no_text: 0, quoted_only: 0, no_motif: 0, unknown_motif: 0 };
  for (let i = 0; i < rows.length; i += BATCH) {
    const ids = rows.slice(i, i + BATCH).map((row) => row.id);
    for (const judged of await readJudged(tx, ids)) {
      const example = toExample(judged, book);
      if (typeof example === 'string') skipped[example] += 1;
      else examples.push(example);
    }
  }
  examples.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { examples, skipped };
}

interface JudgedRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly outcome: string | null;
  readonly mailbox: string;
  readonly received_at: Date;
  readonly from_address: string;
  readonly from_name: string;
  readonly sender_name: string;
  readonly subject: string;
  readonly body: string;
  readonly has_quote: boolean;
  readonly signature: string;
  readonly attachments: StoredAttachment[];
  /** The newest decision; null for a message without one. */
  readonly decision:
    | (Pick<Decision, 'motif' | 'abstained' | 'level' | 'flags' | 'public'> & Partial<Pick<Decision, 'secondary'>>)
    | null;
}

interface Judgement {
  readonly seq: number;
  readonly type: string;
  readonly conversation_id: string;
  readonly message_id: string | null;
  readonly data: { readonly to?: string; readonly flag?: string };
}

interface Judged {
  readonly row: JudgedRow;
  motif: string | null;
  readonly flags: Set<string>;
}

async function readJudged(tx: Tx, ids: readonly string[]): Promise<Judged[]> {
  const events = await sql<Judgement>`
    select seq, type, conversation_id, message_id, data from aiguillage.event
    where conversation_id = any(${ids}::uuid[])
      and type in ('conversation.motif_confirmed', 'conversation.flag_added', 'conversation.flag_removed',
        'conversation.reopened')
    order by seq`.execute(tx);
  const messages = await sql<JudgedRow>`
    select m.id, m.conversation_id, m.outcome, m.mailbox, m.received_at, m.from_address, m.from_name, c.sender_name,
      m.subject, left(m.body, ${TEXT_CHARS_MAX}::integer) as body, m.quoted <> '' as has_quote, m.signature, m.attachments,
      (select d.outcome from aiguillage.decision d where d.message_id = m.id
        and d.conversation_id = m.conversation_id order by d.made_at desc, d.id desc limit 1) as decision
    from aiguillage.message m join aiguillage.conversation c on c.id = m.conversation_id
    where m.conversation_id = any(${ids}::uuid[]) and m.direction = 'incoming'
      and m.outcome in ('conversation', 'joined')
      -- What was joined may be another matter: the motif of what was kept says nothing of it.
      and not exists (select 1 from aiguillage.conversation_join j
        where j.kept = m.conversation_id and j.undone_at is null and m.id = any(j.messages))
    order by m.received_at, m.id`.execute(tx);
  return ids.flatMap((id) =>
    judge(
      events.rows.filter((event) => event.conversation_id === id),
      messages.rows.filter((message) => message.conversation_id === id),
    ),
  );
}

/**
 * Which mail each judgement is about. A motif: the mail the machine's motif came from, which opened the conversation or
 * reopened it. A mark put: the mail it was put on. A mark taken away: every mail that carried it.
 */
function judge(events: readonly Judgement[], messages: readonly JudgedRow[]): Judged[] {
  const judged = new Map<string, Judged>();
  const about = (id: string | null | undefined): Judged | undefined => {
    const row = messages.find((message) => message.id === id);
    if (row === undefined) return undefined;
    const known = judged.get(row.id);
    if (known !== undefined) return known;
    const fresh = { row, motif: null, flags: new Set(row.decision?.flags.map((flag) => flag.id) ?? []) };
    judged.set(row.id, fresh);
    return fresh;
  };
  let asked = (messages.find((message) => message.outcome === 'conversation') ?? messages[0])?.id;
  for (const { type, message_id, data } of events) {
    const { flag } = data;
    if (type === 'conversation.reopened') asked = message_id ?? asked;
    else if (type === 'conversation.motif_confirmed') {
      const mail = about(asked);
      if (mail !== undefined) mail.motif = data.to ?? mail.motif;
    } else if (type === 'conversation.flag_added' && flag !== undefined) about(message_id ?? asked)?.flags.add(flag);
    else if (flag !== undefined) {
      for (const row of messages) {
        const carries = judged.get(row.id)?.flags.has(flag) ?? row.decision?.flags.some((f) => f.id === flag) === true;
        if (carries) about(row.id)!.flags.delete(flag);
      }
    }
  }
  return [...judged.values()];
}

function toExample(judged: Judged, book: Pick<Rulebook, 'motifs' | 'flags'>): Example | keyof SkippedCorrections {
  const { row } = judged;
  if (row.subject.trim() === '' && row.body.trim() === '') return 'no_text';
  if (row.has_quote && needsWholeThread(row.body)) return 'quoted_only';
  const guess = row.decision?.motif ?? null;
  // Nobody looked at the motif: the machine's own stands only where it was sure, or it would learn its own doubts.
  const given = judged.motif ?? (row.decision?.abstained === false ? guess : null);
  if (given === null) return 'no_motif';
  const motif = taught(book, given);
  if (motif === undefined) return 'unknown_motif';
  const names = nameWords({
    names: [row.from_name, row.sender_name],
    address: row.from_address,
    signature: row.signature,
  });
  const masked = (text: string): string => maskForLearning(text.slice(0, TEXT_CHARS_MAX), names);
  const from = addressClass(row.from_address);
  // A doubt about another mark is no mark: people settle it by putting that one, or nothing.
  const known = new Set(book.flags.filter((flag) => heardFlag(flag.when) === undefined).map((flag) => flag.id));
  return {
    id: `correction-${row.id}`,
    voice: 'corrections',
    mailbox: row.mailbox,
    channel: 'mail',
    ...(from === '' ? {} : { from }),
    // Delays count in days; the minute would point at one mail among all.
    at: `${row.received_at.toISOString().slice(0, 13)}:00:00.000Z`,
    attachments: row.attachments.slice(0, ATTACHMENTS_MAX).map((attachment) => masked(attachment.name)),
    subject: masked(row.subject),
    body: masked(row.body),
    motif: motif.id,
    accept: [],
    // Nobody judges the other needs of a mail: what the machine saw there is taught neither as so nor as not so.
    secondary: (row.decision?.secondary ?? []).filter((other) => other !== motif.id),
    // Some motifs are both: the rules that read the mail knew better than the motif's usual level.
    level: guess === given ? (row.decision?.level ?? motif.level) : motif.level,
    flags: [...judged.flags].filter((flag) => known.has(flag)).sort(),
    public: row.decision?.public ?? 'assure',
    hard: guess !== null && guess !== motif.id,
  };
}

/** A provisional motif is recognised by its words and may go as it came: what it teaches is its parent. */
function taught(book: Pick<Rulebook, 'motifs'>, id: string): Motif | undefined {
  const motif = book.motifs.find((candidate) => candidate.id === id);
  if (motif?.provisional === undefined) return motif;
  return book.motifs.find((candidate) => candidate.id === motif.provisional!.parent);
}
