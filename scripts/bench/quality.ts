/**
 * The quality page over 600,000 conversations of four months on PostgreSQL. Makes a database of its own on the server of
 * DATABASE_URL or TEST_PG_URL, fills what the page reads by seeded SQL, times it and drops the database.
 *   scripts/servers start; . .tmp/servers/env; node_modules/.bin/node scripts/bench/quality.ts [conversations]
 */
import { SYSTEM } from '../../store/database.ts';
import { countQuality } from '../../store/quality.ts';
import { onScratchStore } from './scratch.ts';

const conversations = Number(process.argv[2] ?? 600_000);
if (!Number.isInteger(conversations) || conversations < 1)
  throw new Error('quality: give a whole number of conversations');

/** Every motif given by a person, one in eight another one; a mark on one in five, one of a hundred put by hand. */
const FILL = [
  `create temporary table made as
    select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as c,
      ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as m,
      timestamptz '2021-09-01 00:00+02' + n * (interval '122 days' / $1) as at,
      abs(hashint4(n)) as a, abs(hashint4(n + 1000000007)) as b
    from generate_series(1, $1) n`,
  `insert into aiguillage.quality_decision
    select m, c, at, a % 9 = 0, case when b % 4 = 0 then 'pole-' || (b % 12) else 'n1' end,
      case when a % 5 = 0 then array['mark-' || (b % 21)] else '{}' end from made`,
  `insert into aiguillage.quality_motif
    select c, n, at + interval '6 hours', a % 9 = 0, 'motif-' || (b % 31),
      'motif-' || (case when b % 8 = 0 then a % 31 else b % 31 end) from made`,
  `insert into aiguillage.figure_request
    select c, m, at, 'infinity', at, 'infinity', at, 18870 + (n * 122 / $1), at + interval '2 days', at + interval '2 days',
      null, at + interval '6 hours', case when a % 10 = 0 then at + interval '3 days' end, 21600000, 21600000, 'answered',
      'definitive', 'Europe/Paris|none', 'pfs-assures', case when b % 4 = 0 then 'expert' else 'n1' end, 'motif-' || (b % 31),
      null, case when a % 4 = 0 then 'pole-' || (b % 12) else 'n1' end, null, true, true, false, false, false from made`,
  `insert into aiguillage.event (type, occurred_at, recorded_at, conversation_id, message_id, actor, data)
    select case when b % 3 = 0 then 'conversation.flag_removed' else 'conversation.flag_added' end, at, at, c, m, 'agent:x',
      jsonb_build_object('flag', 'mark-' || (b % 21)) from made where a % 100 = 0`,
  'vacuum analyze aiguillage.quality_decision, aiguillage.quality_motif, aiguillage.figure_request, aiguillage.event',
];

await onScratchStore(async (store, owner) => {
  for (const statement of FILL) await owner.query(statement.replaceAll('$1', String(conversations)));
  const span = [new Date('2021-09-01T00:00:00+02:00'), new Date('2022-01-01T00:00:00+01:00')] as const;
  const took: number[] = [];
  for (let i = 0; i < 5; i++) {
    const from = performance.now();
    await store.read(SYSTEM, (tx) => countQuality(tx, ...span, new Date('2022-01-15T12:00:00+01:00')));
    took.push((performance.now() - from) / 1000);
  }
  took.sort((a, b) => a - b);
  process.stdout.write(
    `quality of the four months, ${conversations} conversations: median ${took[2]!.toFixed(2)} s, slowest of five ${took[4]!.toFixed(2)} s\n`,
  );
  // One second on a machine of one’s own; other people’s work doubles it.
  if (took[2]! > 2) process.exitCode = 1;
});
