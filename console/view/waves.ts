import { EXCLUSIONS, type Exclusion } from '../../domain/wave/group.ts';
import { replySubject } from '../../domain/reply.ts';
import type { GroupProgress, Skip } from '../../store/group-replies.ts';
import type { ListedWave } from '../../store/wave-view.ts';
import type { Preview } from '../actions/group-reply.ts';
import { iso, isoOrNull } from '../routes/schemas.ts';
import type { GroupView } from '../routes/waves-schema.ts';

/** Waves and group replies as they leave for the browser. */

const SAMPLES_MAX = 3;

/** What happened to an approved item after the list was seen. */
const SKIPS: Readonly<Record<Exclude<Skip, Exclusion>, string>> = {
  ended: 'La vague est terminée.',
  stopped: 'L’envoi a été arrêté.',
  author: 'Le compte de la personne qui a approuvé n’est plus actif.',
  refused: 'L’envoi a été refusé : la conversation reste dans sa file.',
};

/** The French sentence of a reason, of a list or of a sending. */
export function reasonLabel(why: string): string {
  return { ...EXCLUSIONS, ...SKIPS }[why as Skip] ?? why;
}

export function waveView(wave: ListedWave) {
  return {
    ...wave,
    usual: Math.round(wave.usual * 10) / 10,
    since: iso(wave.since),
    found_at: iso(wave.found_at),
    ends_at: isoOrNull(wave.ends_at),
    decided_at: isoOrNull(wave.decided_at),
    ended_at: isoOrNull(wave.ended_at),
  };
}

/** @param bodies whole texts of the sampled mails, by message */
export function previewView(seen: Preview, bodies: ReadonlyMap<string, string>) {
  const { wave, list, candidates, text, policy, digest } = seen;
  const row = (conversation: string) => candidates.get(conversation)!.row;
  return {
    wave: wave.id,
    digest,
    template: { id: text.template, subject: text.subject, body: text.body },
    similarity_min: policy.group_similarity_min,
    group_max: policy.group_max,
    items: list.items.map(({ conversation, similarity }) => {
      const { ref, sender_name, subject, first_received_at, queue, excerpt } = row(conversation);
      return {
        conversation,
        ref,
        sender_name,
        subject,
        received_at: iso(first_received_at),
        queue,
        similarity,
        excerpt,
      };
    }),
    later: list.later,
    excluded: list.excluded.map(({ item, why }) => {
      const { ref, first_received_at } = row(item.conversation);
      return { conversation: item.conversation, ref, received_at: iso(first_received_at), why, label: EXCLUSIONS[why] };
    }),
    samples: samplesOf(seen).map((conversation) => {
      const { row: mail, body } = candidates.get(conversation)!;
      const subject = replySubject(mail.answered_subject);
      return {
        ref: mail.ref,
        mail: bodies.get(mail.message ?? '') ?? '',
        to: mail.from_name,
        subject,
        answer: body ?? '',
      };
    }),
  };
}

/** The oldest, the middle one and the least alike: what a person reads in full before they approve. */
export function samplesOf({ list }: Pick<Preview, 'list'>): string[] {
  const { items } = list;
  const least = [...items].sort((a, b) => a.similarity - b.similarity)[0];
  const chosen = [items[0], least, items[Math.floor(items.length / 2)]];
  return [...new Set(chosen.flatMap((item) => item?.conversation ?? []))].slice(0, SAMPLES_MAX);
}

export function groupView({ group, items }: GroupProgress): GroupView {
  const count = (status: string): number => items.filter((item) => item.status === status).length;
  const taken_back = items.filter(({ delivery }) => delivery === 'cancelled').length;
  return {
    id: group.id,
    wave: group.wave_id,
    approved_by: group.agent_id,
    approved_at: iso(group.approved_at),
    finished_at: isoOrNull(group.finished_at),
    template: group.template,
    digest: group.digest,
    ...{ pending: count('pending'), sent: count('sent') - taken_back, skipped: count('skipped'), taken_back },
    items: items.map(({ conversation_id, ref, status, reason, delivery_id, delivery }) => ({
      ...{ conversation: conversation_id, ref, status, reason, delivery: delivery_id, delivery_status: delivery },
      label: reason === null ? null : reasonLabel(reason),
    })),
  };
}
