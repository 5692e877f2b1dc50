/**
 * A small caisse for tests of the desk: a store, the application, people, conversations.
 *   const world = await openWorld('postgres');
 *   const ana = await world.person('agent', { queues: ['n1'] });
 *   const { id } = await world.conversation({ queue: 'n1' });
 *   const answer = await ana.post(`/api/conversations/${id}/claim`);
 * Sessions are written straight into the store (signing in costs 80 ms of scrypt); the sign-in has its own tests.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { buildApp } from '../../console/app.ts';
import { csrfToken, hashToken, newSessionToken, SESSION_COOKIE } from '../../console/auth/tokens.ts';
import type { ConsoleDeps, HealthCheck } from '../../console/deps.ts';
import type { ConversationStatus } from '../../domain/conversation.ts';
import type { Evidence } from '../../domain/facts.ts';
import { makeReference, REFERENCE_RANDOM_BYTES } from '../../domain/reference.ts';
import { compileRulebook } from '../../domain/match.ts';
import type { Decision } from '../../domain/route.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { policyFor } from '../../domain/sla.ts';
import { extractPart } from '../../mail/parse.ts';
import type { RowJob } from '../../queues/contracts.ts';
import { createAgent, type Agent, type NewAgent } from '../../store/agents.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { appendDecision } from '../../store/decisions.ts';
import { newId } from '../../store/ids.ts';
import { ensureMailbox } from '../../store/mailboxes.ts';
import { putRaw } from '../../store/raw.ts';
import { openRequest } from '../../store/requests.ts';
import type { Role, StoredAttachment } from '../../store/schema.ts';
import { openSession } from '../../store/sessions.ts';
import { fixedModel } from './book.ts';
import { deskBook } from './desk-book.ts';
import { quiet } from './quiet.ts';
import { freshStore, type Engine } from './stores.ts';

/** A Tuesday morning in winter time. */
export const MORNING = new Date('2026-11-24T09:00:00.000Z');
export const PUBLIC_URL = 'https://desk.cpam.example';
export const HOUR_MS = 3_600_000;

/** One person in front of a browser: cookie, token and origin are sent as a browser would. */
export interface Person {
  readonly agent: Agent;
  readonly cookie: string;
  readonly csrf: string;
  get(url: string): Promise<LightMyRequestResponse>;
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  put(url: string, body?: unknown): Promise<LightMyRequestResponse>;
  delete(url: string): Promise<LightMyRequestResponse>;
}

export interface NewConversation {
  queue?: string;
  status?: ConversationStatus;
  sender?: string;
  sender_name?: string;
  subject?: string;
  body?: string;
  quoted?: string;
  motif?: string | null;
  flags?: string[];
  urgency?: number;
  restricted?: boolean;
  mailbox?: string;
  received_at?: Date;
  holder?: string;
  held_until?: Date;
  raw?: Buffer;
  attachments?: StoredAttachment[];
  evidence?: readonly Evidence[];
  suggested_link?: string;
}

export interface World {
  readonly store: Store;
  /** What the console was built on, for calling an action directly. */
  readonly deps: ConsoleDeps;
  readonly app: FastifyInstance;
  readonly book: Rulebook;
  /** Jobs the desk asked for, in order. */
  readonly jobs: { job: RowJob; delay_ms: number }[];
  readonly clock: { now: Date };
  health: HealthCheck[];
  person(role: Role, over?: Partial<NewAgent>): Promise<Person>;
  conversation(over?: NewConversation): Promise<{ id: string; ref: string; message: string; sender: string }>;
  /** A further message of the member in a conversation. */
  message(conversation: string, over?: NewConversation): Promise<string>;
  live(mailbox: string): Promise<void>;
  /** The row as it is now. */
  row(id: string): Promise<Record<string, unknown>>;
  events(conversation: string): Promise<{ type: string; actor: string; data: Record<string, unknown> }[]>;
  close(): Promise<void>;
}

export async function openWorld(engine: Engine, over: Partial<ConsoleDeps> = {}): Promise<World> {
  const fresh = await freshStore(engine);
  const { store } = fresh;
  const book = deskBook();
  const clock = { now: MORNING };
  const jobs: World['jobs'] = [];
  const deps: ConsoleDeps = {
    store,
    queues: {
      enqueue: async (_queue, added, options) =>
        void jobs.push(...added.map((job) => ({ job, delay_ms: options?.delay_ms ?? 0 }))),
    },
    rulebook: async () => book,
    rules: { rulebook: async () => compileRulebook(book), model: async () => fixedModel([]) },
    log: quiet,
    clock: () => clock.now,
    public_url: PUBLIC_URL,
    secrets: { message_id: 'a secret of more than thirty-two characters' },
    metrics: new Registry(),
    health: async () => world.health,
    readPart: extractPart,
    version: '0.0.0-test',
    ...over,
  };
  const app = buildApp(deps);
  await app.ready();
  await store.write(SYSTEM, async (tx) => {
    for (const mailbox of book.mailboxes) await ensureMailbox(tx, mailbox.id);
  });
  const world: World = {
    store,
    deps,
    app,
    book,
    jobs,
    clock,
    health: [],
    person: (role, given) => makePerson(store, app, clock, role, given),
    conversation: (given = {}) => insertConversation(store, book, clock.now, given),
    message: (conversation, given = {}) => insertMessage(store, book, clock.now, conversation, given),
    live: (mailbox) =>
      store.write(
        SYSTEM,
        async (tx) => void (await tx.updateTable('mailbox').set({ mode: 'live' }).where('id', '=', mailbox).execute()),
      ),
    row: (id) =>
      store.read(SYSTEM, (tx) =>
        tx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      ),
    events: (conversation) =>
      store.read(SYSTEM, (tx) =>
        tx
          .selectFrom('event')
          .select(['type', 'actor', 'data'])
          .where('conversation_id', '=', conversation)
          .orderBy('seq')
          .execute(),
      ),
    close: async () => {
      await app.close();
      await fresh.close();
    },
  };
  return world;
}

let people = 0;

async function makePerson(
  store: Store,
  app: FastifyInstance,
  clock: { now: Date },
  role: Role,
  over: Partial<NewAgent> = {},
): Promise<Person> {
  people += 1;
  const account: NewAgent = {
    login: `p${people}@cpam.example`,
    display_name: `Personne ${people}`,
    role,
    queues: [],
    pool: role === 'partner' ? 'pool.hainaut' : null,
    password_hash: 'none',
    ...over,
  };
  const token = newSessionToken();
  const csrf = csrfToken(token);
  const id = await store.write(SYSTEM, async (tx) => {
    const agent_id = await createAgent(tx, SYSTEM, account, clock.now);
    await openSession(tx, { id_hash: hashToken(token), csrf_hash: hashToken(csrf), agent_id }, clock.now);
    return agent_id;
  });
  const cookie = `${SESSION_COOKIE}=${token}`;
  const send = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) =>
    app.inject({
      method,
      url,
      headers: { cookie, ...(method === 'GET' ? {} : { 'x-csrf-token': csrf, origin: PUBLIC_URL }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
  return {
    agent: {
      id,
      login: account.login,
      display_name: account.display_name,
      role,
      queues: account.queues,
      pool: account.pool,
      disabled: false,
    },
    cookie,
    csrf,
    get: (url) => send('GET', url),
    post: (url, body, headers) => send('POST', url, body, headers),
    put: (url, body) => send('PUT', url, body),
    delete: (url) => send('DELETE', url),
  };
}

async function insertConversation(
  store: Store,
  book: Rulebook,
  now: Date,
  over: NewConversation,
): ReturnType<World['conversation']> {
  const id = newId(now.getTime());
  const ref = makeReference(randomBytes(REFERENCE_RANDOM_BYTES));
  const sender = over.sender ?? `membre-${randomBytes(6).toString('hex')}@membre.example`;
  const received_at = over.received_at ?? new Date(now.getTime() - HOUR_MS);
  await store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('sender')
      .values({ key: sender, first_seen_at: now })
      .onConflict((c) => c.column('key').doNothing())
      .execute();
    await tx
      .insertInto('conversation')
      .values({
        id,
        ref,
        mailbox: over.mailbox ?? 'pfs-assures',
        sender_key: sender,
        sender_name: over.sender_name ?? 'Camille Exemple',
        subject: over.subject ?? 'Carte Vitale perdue',
        status: over.status ?? 'queued',
        queue: over.queue ?? 'n1',
        level: 'n1',
        motif: over.motif === undefined ? 'carte-vitale' : over.motif,
        flags: over.flags ?? [],
        urgency: over.urgency ?? 3,
        restricted: over.restricted ?? false,
        first_received_at: received_at,
        last_received_at: received_at,
        holder: over.holder ?? null,
        held_until: over.held_until ?? null,
        suggested_link: over.suggested_link ?? null,
        created_at: now,
        updated_at: now,
      })
      .execute();
  });
  const message = await insertMessage(store, book, now, id, { ...over, sender, received_at });
  return { id, ref, message, sender };
}

async function insertMessage(
  store: Store,
  book: Rulebook,
  now: Date,
  conversation: string,
  over: NewConversation,
): Promise<string> {
  const id = newId(now.getTime());
  const mailbox = over.mailbox ?? 'pfs-assures';
  const received_at = over.received_at ?? now;
  await store.write(SYSTEM, async (tx) => {
    const sha256 = over.raw === undefined ? null : await putRaw(tx, over.raw, now);
    const subject = over.subject ?? 'Carte Vitale perdue';
    await tx
      .insertInto('message')
      .values({
        id,
        conversation_id: conversation,
        direction: 'incoming',
        mailbox,
        sha256,
        status: 'dispatched',
        received_at,
        ingested_at: now,
        outcome: 'conversation',
        from_address: over.sender ?? 'membre@membre.example',
        from_name: over.sender_name ?? 'Camille Exemple',
        to_addresses: [`${mailbox}@cpam.example`],
        subject,
        body: over.body ?? 'Bonjour, ma carte verte est perdue.',
        quoted: over.quoted ?? '',
        attachments: JSON.stringify(over.attachments ?? []),
        message_id: `<${id}@membre.example>`,
      })
      .execute();
    const decision = decisionOf(over);
    await appendDecision(
      tx,
      { conversation_id: conversation, message_id: id },
      decision,
      { rulebook: book.digest, model: 'fixed' },
      now,
    );
    const profile = book.mailboxes.find((candidate) => candidate.id === mailbox)!;
    await openRequest(tx, SYSTEM, now, {
      message_id: id,
      conversation_id: conversation,
      started_at: received_at,
      ...policyFor(profile, received_at, book),
      mailbox,
      motif: decision.motif,
      level: 'n1',
      queue: over.queue ?? 'n1',
      origin: 'imap',
    });
  });
  return id;
}

function decisionOf(over: NewConversation): Decision {
  const motif = over.motif === undefined ? 'carte-vitale' : over.motif;
  return {
    engine: '1',
    motif,
    confidence: 0.9,
    abstained: false,
    ranked: motif === null ? [] : [{ motif, score: 0.9 }],
    secondary: [],
    level: 'n1',
    pole: 'n1',
    queue: over.queue ?? 'n1',
    target_queue: over.queue ?? 'n1',
    queue_confidence: 0.9,
    rule: 'motif',
    flags: (over.flags ?? []).map((id) => ({ id, level: 'P1' as const })),
    urgency: over.urgency ?? 3,
    restricted: over.restricted ?? false,
    public: 'assure',
    evidence: over.evidence ?? [],
    trace: [{ step: 'model', id: 'fixed', matched: true, detail: '0,90', evidence: [] }],
  };
}
