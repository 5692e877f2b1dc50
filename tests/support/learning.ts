/** Small corpora, models and corrections for tests of learning: a training takes a fraction of a second. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Example } from '../../classifiers/examples.ts';
import { readModel, writeModel } from '../../classifiers/model-file.ts';
import { trainLinear } from '../../classifiers/train-linear.ts';
import { loadOrThrow } from '../../config/load.ts';
import { makeReference, REFERENCE_RANDOM_BYTES } from '../../domain/reference.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { newId } from '../../store/ids.ts';
import { activateModel, saveModel } from '../../store/models.ts';
import { activateRulebook, saveRulebook } from '../../store/rulebooks.ts';
import { validSet } from '../config/support.ts';

/** What members say, by motif of the small valid rulebook (tests/fixtures/config/valid). */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'carte-vitale': ['ma carte verte est perdue', 'on a volé ma carte vitale', 'la carte ne passe plus en pharmacie'],
  'at-mp-dossier': ['mon accident du travail', 'le certificat de ma maladie professionnelle', 'ma chute au chantier'],
  'deuil-perinatal': ['notre bébé est décédé à la naissance', 'la perte de notre enfant', 'un accouchement sans vie'],
};
const BEFORE = ['Bonjour,', 'Madame, Monsieur,', 'Je vous écris au sujet suivant :', 'Encore une fois,'];
const AFTER = ['que dois-je faire ?', 'merci de me répondre.', 'je n’ai aucune nouvelle.', 'pouvez-vous m’aider ?'];

/** Every saying with every frame: 48 mails a motif of 3 sayings, in four voices. */
export function smallCorpus(said: Readonly<Record<string, readonly string[]>> = SAID): Example[] {
  return Object.entries(said).flatMap(([motif, sayings]) =>
    sayings.flatMap((saying, s) =>
      BEFORE.flatMap((before, b) =>
        AFTER.map((after, a) => example(`${motif}-${s}${b}${a}`, `${before} ${saying}, ${after}`, motif, `voix-${b}`)),
      ),
    ),
  );
}

export function example(id: string, body: string, motif: string, voice: string, more: Partial<Example> = {}): Example {
  return {
    id,
    voice,
    subject: '',
    body,
    motif,
    accept: [],
    secondary: [],
    level: 'n1',
    flags: [],
    public: 'assure',
    hard: false,
    ...more,
  };
}

/** The same requests in words of their own; two of them carry an urgent mark the rules know by its phrase. */
export const FROZEN_MAILS: readonly Example[] = [
  ...smallCorpus({
    'carte-vitale': ['carte verte perdue hier'],
    'at-mp-dossier': ['accident du travail lundi'],
    'deuil-perinatal': ['notre bébé décédé'],
  }),
  example('frozen-p0', 'Je pense à me suicider depuis mon accident du travail.', 'at-mp-dossier', 'gel', {
    flags: ['danger-vital'],
  }),
  example('frozen-p1', 'Notre bébé est mort-né, la perte de notre enfant nous laisse sans mots.', 'deuil-perinatal', 'gel', {
    flags: ['deuil-perinatal'],
  }),
]; // prettier-ignore

export interface ExampleFolder {
  readonly url: URL;
  remove(): Promise<void>;
}

/** A folder with one .jsonl file, as classifiers/corpus and classifiers/frozen are. */
export async function exampleFolder(examples: readonly Example[]): Promise<ExampleFolder> {
  const dir = await mkdtemp(path.join(tmpdir(), 'aig-mails-'));
  if (examples.length > 0) {
    await writeFile(path.join(dir, 'mails.jsonl'), examples.map((mail) => `${JSON.stringify(mail)}\n`).join(''));
  }
  return { url: pathToFileURL(`${dir}/`), remove: () => rm(dir, { recursive: true, force: true }) };
}

let trained: ReturnType<typeof trainLinear> | undefined;

/** A model of the small corpus. Another name gives another digest and the same decisions. */
export function smallModel(name = 'corpus'): { bytes: Buffer; digest: string; corpus: string } {
  trained ??= trainLinear(smallCorpus());
  const { bytes, digest } = writeModel(trained, name);
  return { bytes, digest, corpus: readModel(bytes).corpus };
}

/** Keeps a model, and makes it the active one unless told otherwise. @returns its digest */
export async function putModel(store: Store, name = 'corpus', active = true): Promise<string> {
  const { bytes, digest, corpus } = smallModel(name);
  await store.write(SYSTEM, async (tx) => {
    const model = { digest, bytes, corpus_digest: corpus, corrections: 0, figures: null };
    await saveModel(tx, model, 'test', new Date());
    if (active) await activateModel(tx, SYSTEM, digest, new Date());
  });
  return digest;
}

/** Makes the small valid rulebook the active one. */
export async function putRules(store: Store): Promise<void> {
  const files = validSet();
  const { digest } = loadOrThrow(files);
  await store.write(SYSTEM, async (tx) => {
    await saveRulebook(tx, SYSTEM, digest, files, new Date());
    await activateRulebook(tx, SYSTEM, digest, new Date());
  });
}

/** Mails a person has read and given a motif to, as the desk leaves them. */
export async function putConfirmed(store: Store, mails: readonly { body: string; motif: string }[]): Promise<void> {
  const now = new Date();
  await store.write(SYSTEM, async (tx) => {
    const rows = mails.map((mail, i) => ({ ...mail, id: newId(), message: newId(), key: `m${i}@membre.example` }));
    await tx
      .insertInto('sender')
      .values(rows.map(({ key }) => ({ key, first_seen_at: now })))
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    await tx
      .insertInto('conversation')
      .values(
        rows.map(({ id, key, motif }) => ({
          id,
          ref: makeReference(randomBytes(REFERENCE_RANDOM_BYTES)),
          mailbox: 'pfs',
          sender_key: key,
          status: 'closed' as const,
          queue: 'n1',
          level: 'n1' as const,
          motif_confirmed: motif,
          first_received_at: now,
          last_received_at: now,
          created_at: now,
          updated_at: now,
        })),
      )
      .execute();
    await tx
      .insertInto('message')
      .values(
        rows.map(({ id, message, body }) => ({
          id: message,
          conversation_id: id,
          direction: 'incoming' as const,
          mailbox: 'pfs',
          status: 'dispatched' as const,
          outcome: 'conversation' as const,
          received_at: now,
          ingested_at: now,
          body,
        })),
      )
      .execute();
    await appendEvents(
      tx,
      SYSTEM,
      now,
      rows.map(({ id, motif }) => ({
        type: 'conversation.motif_confirmed' as const,
        occurred_at: now,
        conversation_id: id,
        data: { from: null, to: motif, guessed: null },
      })),
    );
  });
}
