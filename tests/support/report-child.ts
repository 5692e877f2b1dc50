/**
 * Prints reports of a database as JSON, in a process of its own: started with another TZ, it shows whether anything hangs
 * on where the server stands. Arguments: connection URL, JSON list of report options.
 */
import { openPostgres } from '../../store/database.ts';
import { buildReport, type ReportOptions } from '../../store/report.ts';

const [url, options] = process.argv.slice(2) as [string, string];
const store = openPostgres({ url, pool_max: 1 });
const reports = [];
for (const option of JSON.parse(options) as ReportOptions[]) reports.push(await buildReport(store, option));
await store.close();
console.log(JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, reports }));
