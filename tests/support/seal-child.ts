/** Seals the audit trail in a process of its own, for tests that kill it. argv: database URL. */
import { sealAudit } from '../../store/audit-chain.ts';
import { openPostgres } from '../../store/database.ts';

const store = openPostgres({ url: process.argv[2]!, pool_max: 2, application_name: 'seal-child' });
await sealAudit(store, 'child', () => new Date());
await store.close();
