/**
 * What a morning looks like, for the pages in a browser: the shipped rules, conversations of invented people, a P0 alert,
 * a transfer to review, a task, attachments. `openSite('pglite', shippedRules())`, then `fillSite(site)`.
 */
import { SHIPPED_CONFIG, readConfigFolder } from '../../config/source.ts';
import type { ConsoleDeps } from '../../console/deps.ts';
import { raiseAlert } from '../../store/alerts.ts';
import { sealAudit } from '../../store/audit-chain.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit, appendEvents } from '../../store/events.ts';
import { newId } from '../../store/ids.ts';
import { openReview } from '../../store/reviews.ts';
import { Rulebooks } from '../../store/rulebooks.ts';
import { openTask } from '../../store/tasks.ts';
import { fixedModel } from './book.ts';
import type { Site } from './browser.ts';
import { putSet } from './past-mail.ts';
import { HOUR_MS } from './world.ts';

const MODEL = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);

/** The console on whatever rules stand in its database. `of` is the world, which does not exist yet. */
export function storedRules(of: () => Site): Partial<ConsoleDeps> {
  const rulebooks = new Rulebooks();
  return {
    rules: { rulebook: rulebooks.active, model: async () => MODEL },
    rulebook: async () => of().world.store.read(SYSTEM, rulebooks.active),
  };
}

export const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(http://ailleurs.example/pdf)>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A mail with files, as it came. */
export function mailWith(files: readonly { name: string; type: string; content: Buffer }[]): Buffer {
  const parts = files.map(
    ({ name, type, content }) =>
      `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n`,
  );
  return Buffer.from(
    'From: camille@membre.example\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
      `--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n${parts.join('')}--b--\r\n`,
  );
}

const MAILS = [
  [
    'Camille Delattre',
    'Carte Vitale perdue',
    'Bonjour, ma carte verte est perdue depuis mardi. Comment en avoir une autre ?',
    'carte-vitale',
  ],
  [
    'Amina Benali',
    'Toujours rien reçu',
    'Je suis en arrêt depuis le 3 et toujours rien reçu. Mon employeur dit avoir tout envoyé.',
    'ij-paiement-suivi',
  ],
  [
    'Lucien Pruvost',
    'Attestation de droits',
    'Il me faut une attestation de droits pour mon employeur. Merci.',
    'attestation-document',
  ],
  [
    'Gwenaëlle Moreau',
    'Mutuelle',
    'Ma mutuelle ne reçoit plus rien depuis deux mois.',
    'complementaire-teletransmission',
  ],
  ['Joël Carpentier', 'Naissance', 'Mettre mon bébé sur les deux cartes, est-ce possible ?', 'naissance-enfant'],
  [
    'Inès Vasseur',
    'Déménagement',
    'J’ai déménagé à Wattrelos, comment changer mon adresse ?',
    'changement-coordonnees-rib',
  ],
] as const;

/** @returns the conversation to open on the desk, which has everything, and the one under review */
export async function fillSite(site: Site): Promise<{ full: string; reviewed: string }> {
  const { world } = site;
  const now = Date.now();
  await putSet(world.store, await readConfigFolder(SHIPPED_CONFIG));
  await world.live('pfs-assures');
  for (const [index, [sender_name, subject, body, motif]] of MAILS.entries())
    await world.conversation({
      ...{ sender_name, subject, body, motif },
      received_at: new Date(now - (index * 9 + 1) * HOUR_MS),
    });
  const sender = 'chantal@membre.example';
  const about = { sender, sender_name: 'Chantal Hennebelle', motif: 'carte-vitale' };
  await world.conversation({
    ...about,
    subject: 'Ma carte',
    status: 'answered',
    received_at: new Date(now - 300 * HOUR_MS),
  });
  const full = await world.conversation({
    ...about,
    subject: 'Relance : carte Vitale perdue',
    body: 'Bonjour,\n\nJe vous ai écrit il y a deux semaines : ma carte verte est perdue et la pharmacie refuse.\nCi-joint ma pièce d’identité.\n\nMerci d’avance.',
    quoted: 'Le 8 novembre, Chantal Hennebelle a écrit :\n> Bonjour, ma carte est perdue.',
    urgency: 2,
    received_at: new Date(now - 30 * HOUR_MS),
    evidence: [{ for: 'motif.carte-vitale', part: 'body', start: 53, end: 64 }],
    raw: mailWith([
      { name: 'identite.pdf', type: 'application/pdf', content: PDF },
      { name: 'photo.png', type: 'image/png', content: PNG },
    ]),
    attachments: [
      { name: 'identite.pdf', type: 'application/pdf', size: PDF.length, part: 0 },
      { name: '../photo\u202Egnp.png', type: 'image/png', size: PNG.length, part: 1 },
    ],
  });
  const urgent = await world.conversation({
    subject: 'Je n’en peux plus',
    flags: ['danger-vital'],
    urgency: 0,
    queue: 'urgence-vitale',
    restricted: true,
  });
  const reviewed = await world.conversation({
    subject: 'Montant de mes indemnités',
    body: 'On m’a payé 22 euros par jour au lieu de 31.',
    motif: 'ij-calcul-montant',
    queue: 'analyse-prealable',
  });
  const clerk = await world.person('agent', { queues: ['n1'] });
  await world.store.write(SYSTEM, async (tx) => {
    await raiseAlert(
      tx,
      world.book,
      { conversation_id: urgent.id, message_id: urgent.message, flag: 'danger-vital' },
      new Date(),
    );
    const asked = {
      queue: 'analyse-prealable',
      wanted: 'pole-pe',
      origin: 'agent' as const,
      rule: 'transfer.expert_needed',
    };
    await openReview(tx, SYSTEM, { conversation_id: reviewed.id, ...asked, motif: 'ij-calcul-montant' }, new Date());
    const due_on = new Date(now + 72 * HOUR_MS).toISOString().slice(0, 10);
    await openTask(
      tx,
      clerk.agent,
      { conversation_id: full.id, pole: 'pole-gdb', action: 'Refaire la photo de la carte', due_on, owner: null },
      new Date(),
    );
  });
  await addWave(site, full);
  await addJudgements(site, full);
  await world.conversation({
    subject: 'Carte refusée',
    queue: 'pool.hainaut',
    body: 'Mon numéro : 1 84 12 76 451 089 46.',
  });
  return { full: full.id, reviewed: reviewed.id };
}

/** What people made of the machine's word, a second reading, and a sealed trail. */
async function addJudgements(site: Site, { id, message }: { id: string; message: string }): Promise<void> {
  const { store } = site.world;
  const now = new Date();
  const about = { occurred_at: now, conversation_id: id };
  const given = { guessed: 'carte-vitale', to: 'attestation-document', abstained: false };
  await store.write(SYSTEM, async (tx) => {
    await appendEvents(tx, SYSTEM, now, [
      { type: 'conversation.motif_confirmed', ...about, data: given },
      { type: 'conversation.flag_added', ...about, message_id: message, data: { flag: 'reiteration' } },
    ]);
    const drawn = { message_id: message, conversation_id: id, queue: 'elsm', rule: 'r', sampled_at: now };
    await tx
      .insertInto('direct_sample')
      .values({ ...drawn, motif: null, verdict: 'right', read_at: now })
      .execute();
    await appendAudit(tx, SYSTEM, now, 'conversation.read', id);
  });
  await sealAudit(store, 'stand', () => now);
}

/** A wave a supervisor has named, with one conversation in it. */
async function addWave(site: Site, of: { id: string; message: string }): Promise<void> {
  const now = new Date();
  const id = newId(now.getTime());
  await site.world.store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('wave')
      .values({
        ...{ id, status: 'active', words: ['site', 'panne', 'compte'], signature: '{}', people: 14, usual: 1.5 },
        ...{ since: now, found_at: now, gathered_to: now, gathered_id: id, label: 'Coupure du site ameli' },
        ...{ ends_at: new Date(now.getTime() + 48 * HOUR_MS), sentence: 'Le site est en cours de rétablissement.' },
      })
      .execute();
    const member = { wave_id: id, conversation_id: of.id, message_id: of.message };
    await tx
      .insertInto('wave_member')
      .values({ ...member, similarity: 0.91, how: 'found', added_at: now })
      .execute();
  });
}

/** Many rows for the list, straight into the table. */
export async function fillList(site: Site, rows: number): Promise<void> {
  const now = new Date();
  await site.world.store.write(SYSTEM, async (tx) => {
    const key = 'liste@membre.example';
    await tx.insertInto('sender').values({ key, first_seen_at: now }).execute();
    await tx
      .insertInto('conversation')
      .values(
        Array.from({ length: rows }, (_, index) => ({
          ...{
            id: newId(),
            ref: `LISTE-${index}`,
            mailbox: 'pfs-assures',
            sender_key: key,
            sender_name: 'Denis Exemple',
          },
          ...{ subject: `Demande ${String(index).padStart(3, '0')}`, status: 'queued' as const, queue: 'pole-ri' },
          ...{ level: 'n1' as const, motif: null, flags: [], urgency: 3, restricted: false },
          ...{
            first_received_at: now,
            last_received_at: now,
            due_elapsed_at: new Date(now.getTime() + (index + 1) * 60_000),
          },
          ...{ created_at: now, updated_at: now },
        })),
      )
      .execute();
  });
}
