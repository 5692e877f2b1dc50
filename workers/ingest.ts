import type { Logger } from 'pino';
import type { ResolvedConnection } from '../mail/connection.ts';
import {
  startInbox,
  type Inbox,
  type InboxStatus,
  type InboxTimings,
  type Ingested,
  type UrgentHint,
} from '../mail/inbox.ts';
import type { Queues } from '../queues/queues.ts';
import type { Store } from '../store/database.ts';

export interface IngestOptions {
  readonly store: Store;
  readonly queues: Pick<Queues, 'enqueue'>;
  /** By mailbox id. */
  readonly connections: ReadonlyMap<string, ResolvedConnection>;
  readonly log: Logger;
  /** Names this process in the leases. */
  readonly holder: string;
  readonly urgentHint?: UrgentHint;
  readonly clock?: () => Date;
  readonly timings?: Partial<InboxTimings>;
  readonly onIngested?: (mailbox: string, ingested: Ingested) => void;
}

export interface Ingest {
  /** Every inbox finishes its batch at hand, at most `within_ms`; then connections are cut. Nothing is lost either way. */
  stop(within_ms?: number): Promise<void>;
  /** Of this process; how far behind a mailbox is, whoever reads it, is in store/mailboxes.ts. */
  status(): InboxStatus[];
  /** Resolves once every mailbox has been compared with its server in a pass that began after the call. */
  synced(): Promise<void>;
}

/**
 * Reads all configured mailboxes. Run it in as many processes as you like: the leases give each mailbox to one of them,
 * and the others stand by.
 */
export function startIngest(options: IngestOptions): Ingest {
  const { connections, onIngested, ...shared } = options;
  const inboxes = [...connections].map(([profile_id, connection]): Inbox =>
    startInbox({
      ...shared,
      profile_id,
      connection,
      ...(onIngested === undefined ? {} : { onIngested: (ingested: Ingested) => onIngested(profile_id, ingested) }),
    }),
  );
  return {
    async stop(within_ms) {
      await Promise.all(inboxes.map((inbox) => inbox.stop(within_ms)));
    },
    status: () => inboxes.map((inbox) => inbox.status()),
    async synced() {
      await Promise.all(inboxes.map((inbox) => inbox.synced()));
    },
  };
}
