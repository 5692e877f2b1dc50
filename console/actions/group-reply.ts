import { AiguillageError } from '../../domain/errors.ts';
import { isOffered } from '../../domain/template-life.ts';
import { groupList, type GroupList, type GroupText } from '../../domain/wave/group.ts';
import { DEFAULT_WAVES, type WavePolicy } from '../../domain/wave/policy.ts';
import { approvalDigest, candidateOf, templateOf, type GroupCandidate } from '../../mail/group-list.ts';
import { sendGroup } from '../../mail/group-reply.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { groupById, insertGroup, itemSkipped, itemsOf, nextItem, type GroupReply } from '../../store/group-replies.ts';
import { waveRows } from '../../store/wave-items.ts';
import { waveById, type ListedWave } from '../../store/wave-view.ts';
import { lockWave } from '../../store/waves.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { act, enqueueReplies, undoMs, type ActionContext } from './context.ts';
import { cancelReply } from './undo.ts';

/** Conversations of a wave looked at for one list, those that wait first. */
const ROWS_MAX = 2_000;
/** Answers sent before the approver's request ends; the sla worker goes on with the rest within half a minute. */
const AT_ONCE_MAX = 50;

/** The list of a group reply as one person sees it now. */
export interface Preview {
  readonly wave: ListedWave;
  readonly text: GroupText;
  readonly policy: WavePolicy;
  readonly list: GroupList;
  readonly candidates: ReadonlyMap<string, GroupCandidate>;
  /** Of exactly this list and these words; what an approval names. */
  readonly digest: string;
}

/** @throws AiguillageError NOT_FOUND, WAVE_STATE; Refusal REPLY_REFUSED without a template */
export async function preview(context: Omit<ActionContext, 'deps'>, id: string): Promise<Preview> {
  const { tx, agent, book, now } = context;
  const wave = await waveById(tx, id, now);
  if (wave.status !== 'active') throw new AiguillageError('WAVE_STATE', `Status ${wave.status}, wanted active.`);
  const template = templateOf(book, wave.template);
  if (template === undefined)
    throw new Refusal('REPLY_REFUSED', 'Aucun modèle de réponse approuvé n’est donné à cette vague.');
  if (!isOffered(template, now)) throw new Refusal('REPLY_REFUSED', 'Le modèle de cette vague n’est plus valable.');
  const text = { template: template.id, subject: template.subject, body: template.body, motif: wave.motif };
  const policy = book.waves ?? DEFAULT_WAVES;
  const rows = await waveRows(tx, agent, id, { limit: ROWS_MAX });
  const found = rows.map((row) => candidateOf(row, book, agent, text, now));
  const list = groupList(
    found.map(({ item }) => item),
    { similarity_min: policy.group_similarity_min, group_max: policy.group_max },
  );
  const candidates = new Map(found.map((candidate) => [candidate.row.id, candidate]));
  return { wave, text, policy, list, candidates, digest: approvalDigest(id, text, list.items) };
}

/**
 * A person approves the list they saw. It is made anew under the wave's lock: another list, even by one item, is refused.
 * @returns the id of the group reply
 * @throws AiguillageError NOT_FOUND, WAVE_STATE, WAVE_LIST_CHANGED; Refusal REPLY_REFUSED for an empty list
 */
export async function approve(context: ActionContext, id: string, digest: string): Promise<string> {
  const { tx, agent, now, deps } = context;
  if ((agent.replies_to_read ?? 0) > 0)
    throw new Refusal(
      'AUTH_FORBIDDEN',
      'Vos réponses sont encore relues : un référent approuve cette réponse groupée.',
    );
  await lockWave(tx, id);
  const seen = await preview(context, id);
  if (seen.list.items.length === 0)
    throw new Refusal('REPLY_REFUSED', 'Aucun message de cette vague ne peut être répondu ainsi.');
  if (seen.digest !== digest) throw new AiguillageError('WAVE_LIST_CHANGED');
  return insertGroup(
    tx,
    agent,
    {
      ...seen.text,
      ...{ wave_id: id, digest, undo_ms: undoMs(deps), similarity_min: seen.policy.group_similarity_min },
      items: seen.list.items.map(({ conversation, message }) => ({ conversation, message: message! })),
    },
    now,
  );
}

/** Sends the first answers of an approved list; what is left, and what a crash leaves, the sla worker sends. */
export async function sendFirst(deps: ConsoleDeps, id: string): Promise<void> {
  const send = { store: deps.store, rulebook: deps.rules.rulebook, secret: deps.secrets.message_id, clock: deps.clock };
  try {
    const { jobs, undo_ms } = await sendGroup(send, id, AT_ONCE_MAX);
    await enqueueReplies(deps, jobs, undo_ms);
  } catch (error) {
    // It is approved: an answer of « failed » would make a person approve it again.
    deps.log.warn({ group: id, name: (error as Error).name }, 'group reply left to the sla worker');
  }
}

export interface Stopped {
  /** Items that had no sending yet, and sendings taken back before they left. */
  readonly stopped: number;
  readonly taken_back: number;
  /** Answers that had left. */
  readonly gone: number;
}

/**
 * Stops a group reply: what was not sent is left, and what can still be taken back is, as by « Annuler l’envoi ». For the
 * person who approved it, and supervisors. @throws AiguillageError NOT_FOUND, AUTH_FORBIDDEN
 */
export async function stop(deps: ConsoleDeps, agent: Agent, id: string): Promise<Stopped> {
  const left = await act(deps, agent, (context) => leaveRest(context, id), SYSTEM);
  const items = await deps.store.read(actorOf(agent), (tx) => itemsOf(tx, agent, id));
  let [taken_back, gone] = [0, 0];
  for (const { delivery_id, delivery } of items) {
    if (delivery_id === null || delivery === 'cancelled') continue;
    const back = await act(deps, agent, (context) => cancelReply(context, delivery_id)).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AiguillageError) return false;
        throw error;
      },
    );
    if (back) taken_back += 1;
    else gone += 1;
  }
  return { stopped: left, taken_back, gone };
}

async function leaveRest({ tx, agent, now }: ActionContext, id: string): Promise<number> {
  const group = requireOwn(agent, await groupById(tx, id));
  let left = 0;
  for (;;) {
    const item = await nextItem(tx, id);
    if (item === undefined) break;
    await itemSkipped(tx, group, item, 'stopped', now);
    left += 1;
  }
  await appendAudit(tx, actorOf(agent), now, 'group_reply.stopped', id, { items: left });
  return left;
}

function requireOwn(agent: Agent, group: GroupReply | undefined): GroupReply {
  if (group === undefined) throw new AiguillageError('NOT_FOUND');
  if (group.agent_id !== agent.id && agent.role !== 'supervisor') throw new AiguillageError('AUTH_FORBIDDEN');
  return group;
}
