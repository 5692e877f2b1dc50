/** Writes the schema of a migrated database as plain text, for tests/schema.sql: reviewed in the diff. */
import { openEmbedded } from '../store/embedded.ts';
import { dumpSchema } from '../store/dump.ts';
import { SYSTEM } from '../store/database.ts';

const store = await openEmbedded(undefined);
process.stdout.write(await store.read(SYSTEM, dumpSchema));
await store.close();
