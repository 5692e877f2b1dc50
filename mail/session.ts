import type { ImapFlow } from 'imapflow';
import { SYSTEM } from '../store/database.ts';
import { mailboxMode, noteProblem, noteSynced } from '../store/mailboxes.ts';
import type { Bell } from './bell.ts';
import { alive, assertAlive, closeClient, type Connector } from './connection.ts';
import type { InboxContext, Session } from './context.ts';
import { syncFolder } from './folder.ts';
import { resolveFolders } from './folders.ts';
import { MailProblem, problemLine } from './problems.ts';

/** What a session tells its inbox while it lives. */
export interface SessionEvents {
  /** `syncing` while it reads, `idle` while it waits for the server's word. */
  state(state: 'syncing' | 'idle'): void;
  /** A pass over the mailbox begins; those who asked for one by now are answered by its end. */
  passBegan(): void;
  /** The pass is over; `problem` is what could not be read, and `read` is false when that was everything. */
  passEnded(problem: string | null, read: boolean): void;
}

/** Rings when the inbox wants a pass now, or its end. */
export interface SessionControl {
  readonly bell: Bell;
  /** True when somebody asked for a pass over all folders. */
  readonly asked: () => boolean;
  /** Finish what is at hand, then return. */
  readonly ending: AbortSignal;
  /** Stop at once: the lease is lost, or the time to end is over. */
  readonly cut: AbortSignal;
}

/** Without IDLE the server is asked this often. */
const POLL_MS = 20_000;
const LOGOUT_MS = 2_000;

/**
 * The life of one connection: a comparison of every folder, then IDLE on the watched one with passes in between. Returns
 * when asked to end; throws when the connection or the lease is lost. Nothing is carried over from one connection to the
 * next but what the database says.
 */
export async function runSession(
  context: InboxContext,
  connector: Connector,
  fence: Session['fence'],
  control: SessionControl,
  events: SessionEvents,
): Promise<void> {
  const ending = AbortSignal.any([control.ending, control.cut]);
  const client = await connector.open(ending);
  const session: Session = { context, client, fence, ending, actions: false, polls: false };
  const cut = (): void => client.close();
  control.cut.addEventListener('abort', cut);
  const news = watch(client, control.bell);
  try {
    const { watched, others } = await resolveFolders(client, context.connection.folders);
    let full_due_ms = 0;
    let deep_due_ms = 0;
    while (!session.ending.aborted) {
      control.bell.take();
      const now_ms = performance.now();
      const deep = now_ms >= deep_due_ms;
      const full = deep || now_ms >= full_due_ms || control.asked();
      if (full || news.take()) {
        events.state('syncing');
        if (full) events.passBegan();
        const pass = await runPass(session, watched, full ? others : [], deep, news);
        if (session.ending.aborted) continue;
        if (deep) deep_due_ms = performance.now() + context.timings.deep_check_ms;
        full_due_ms = full ? performance.now() + context.timings.resync_ms : full_due_ms;
        events.passEnded(pass.problem, pass.read);
      }
      if (news.pending()) continue;
      events.state('idle');
      await rest(session, control.bell, Math.min(full_due_ms - performance.now(), context.timings.heartbeat_ms));
    }
  } finally {
    control.cut.removeEventListener('abort', cut);
    await closeClient(client, control.cut.aborted ? 0 : LOGOUT_MS);
  }
}

interface News {
  take(): boolean;
  pending(): boolean;
}

/** The server says that mails arrived, or that the connection is over. */
function watch(client: ImapFlow, bell: Bell): News {
  let fresh = false;
  client.on('exists', () => {
    fresh = true;
    bell.ring();
  });
  // A killed server closes without an error.
  client.on('close', () => bell.ring());
  return {
    take: () => {
      const was = fresh;
      fresh = false;
      return was;
    },
    pending: () => fresh,
  };
}

/** One pass: the watched folder first and, after the others, once more, so that it is the selected one. */
async function runPass(
  session: Session,
  watched: string,
  others: readonly string[],
  deep: boolean,
  news: News,
): Promise<{ read: boolean; problem: string | null }> {
  const { context } = session;
  // Never on the embedded database, which a power cut can set back: the server's copy must stay as it was (law 1).
  session.actions =
    context.connection.on_ingested !== 'none' &&
    context.store.engine === 'postgres' &&
    (await context.store.read(SYSTEM, (tx) => mailboxMode(tx, context.mailbox))) === 'live';
  let read = false;
  let problem: MailProblem | undefined;
  for (const folder of others.length === 0 ? [watched] : [watched, ...others, watched]) {
    if (session.ending.aborted) break;
    if (folder === watched) news.take();
    try {
      const report = await syncFolder(session, folder, deep);
      problem ??= report.problem;
      read = true;
    } catch (error) {
      // A folder that is missing or refused must not stop the others; it is tried again at the next pass.
      if (!(error instanceof MailProblem) || error.code !== 'MAIL_FOLDER' || !alive(session.client)) throw error;
      problem ??= error;
    }
  }
  const unfetchable = context.attempts.unfetchable();
  if (unfetchable > 0) problem ??= new MailProblem('MAIL_FETCH', String(unfetchable));
  const line = problem === undefined ? null : problemLine(problem);
  if (!session.ending.aborted) await note(context, line, read);
  return { read, problem: line };
}

async function note(context: InboxContext, problem: string | null, read: boolean): Promise<void> {
  const now = context.clock();
  await context.store.write(SYSTEM, (tx) =>
    read || problem === null
      ? noteSynced(tx, context.mailbox, now, problem)
      : noteProblem(tx, context.mailbox, now, problem),
  );
}

/** Waits for news, at most `ms`, then tries the line. @throws MailProblem MAIL_CONNECTION when it is dead */
async function rest(session: Session, bell: Bell, ms: number): Promise<void> {
  const { client } = session;
  if (ms > 0) {
    // Without a selected folder there is nothing to idle on, and some servers refuse the command.
    const polls = session.polls || !client.capabilities.has('IDLE') || client.mailbox === false;
    if (!polls) {
      void client.idle().then(
        (result) => {
          if (result === false && alive(client)) session.polls = true;
          bell.ring();
        },
        () => bell.ring(),
      );
    }
    await bell.wait(polls ? Math.min(ms, POLL_MS) : ms);
  }
  assertAlive(client);
  await tryLine(client, session.context.timings.command_timeout_ms);
}

/**
 * A NOOP, which also breaks the IDLE. On a line that died without a sign it never returns: an IDLE whose "+" got lost
 * cannot be broken, and imapflow's own time limit waits behind it for ever. So the limit is ours.
 */
async function tryLine(client: ImapFlow, within_ms: number): Promise<void> {
  const timer = setTimeout(() => client.close(), within_ms);
  try {
    await client.noop();
  } finally {
    clearTimeout(timer);
  }
  assertAlive(client);
}
