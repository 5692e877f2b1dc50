import { WaveReader } from '../classifiers/topics/waves.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { isOver } from '../domain/wave/life.ts';
import { DEFAULT_WAVES } from '../domain/wave/policy.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import type { Message } from './messages.ts';
import { termsOfRow } from './wave-search.ts';
import { addMembers } from './waves.ts';

/** The wave a mail joined as it was dispatched. */
export interface JoinedWave {
  readonly id: string;
  /** 0–1. */
  readonly similarity: number;
  /** For the acknowledgment, while the wave is active; null without one. */
  readonly sentence: string | null;
}

/** The words of open waves, as this process has read them; they never change, and most mails find none. */
export class WaveReaders {
  readonly #readers = new Map<string, WaveReader>();

  /** Readers of these waves; those of others are forgotten. */
  async of(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, WaveReader>> {
    for (const id of this.#readers.keys()) if (!ids.includes(id)) this.#readers.delete(id);
    // A map of its own: other mails of this process ask in between.
    const found = new Map(ids.flatMap((id) => entryOf(id, this.#readers.get(id))));
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const rows = await tx.selectFrom('wave').select(['id', 'signature']).where('id', 'in', missing).execute();
    for (const { id, signature } of rows) {
      const reader = new WaveReader(signature);
      found.set(id, reader);
      this.#readers.set(id, reader);
    }
    return found;
  }
}

function entryOf(id: string, reader: WaveReader | undefined): [string, WaveReader][] {
  return reader === undefined ? [] : [[id, reader]];
}

type JoiningMail = Pick<Message, 'id' | 'origin' | 'from_name' | 'subject' | 'body' | 'received_at'>;

/**
 * Puts a mail that is being dispatched into the open wave it resembles most, if any. It moves nothing and marks nothing.
 * @param place the conversation it belongs to; reserved circuits are never in a wave
 */
export async function joinWave(
  tx: Tx,
  book: Rulebook,
  readers: WaveReaders,
  message: JoiningMail,
  place: { readonly id: string; readonly sender_key: string; readonly restricted: boolean },
  now: Date,
): Promise<JoinedWave | undefined> {
  if (message.origin === 'import' || place.restricted) return undefined;
  const open = await tx
    .selectFrom('wave')
    .select(['id', 'status', 'ends_at', 'sentence'])
    .where('status', 'in', ['proposed', 'active'])
    .execute();
  const waves = open.filter((wave) => !isOver(wave, now));
  if (waves.length === 0) return undefined;
  const terms = termsOfRow({ ...message, body: message.body.slice(0, 3_000), sender_key: place.sender_key });
  const known = await readers.of(
    tx,
    waves.map(({ id }) => id),
  );
  const [best] = waves
    .map((wave) => ({ ...wave, similarity: known.get(wave.id)?.similarity(terms) ?? 0 }))
    .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1));
  const { similarity_min } = book.waves ?? DEFAULT_WAVES;
  if (best === undefined || best.similarity < similarity_min) return undefined;
  const { id, similarity } = best;
  const { added } = await addMembers(tx, id, [{ id: message.id, similarity }], 'joined', now);
  if (added > 0) {
    const about = { occurred_at: message.received_at, conversation_id: place.id, message_id: message.id };
    await appendEvents(tx, SYSTEM, now, [{ type: 'wave.joined', ...about, data: { wave: id, similarity } }]);
  }
  return { id, similarity, sentence: best.status === 'active' ? best.sentence : null };
}
