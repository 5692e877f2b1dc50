import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Tables, columns, constraints, indexes and policies of schema aiguillage, in a fixed order. */
export async function dumpSchema(tx: Tx): Promise<string> {
  const columns = await sql<{ t: string; c: string; type: string; not_null: boolean; def: string | null }>`
    select c.relname as t, a.attname as c, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null,
      pg_get_expr(d.adbin, d.adrelid) as def
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where n.nspname = 'aiguillage' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(tx);
  const lines: string[] = [];
  let table = '';
  for (const row of columns.rows) {
    if (row.t !== table) lines.push('', `table ${row.t}`);
    table = row.t;
    lines.push(
      `  ${row.c} ${row.type}${row.not_null ? ' not null' : ''}${row.def === null ? '' : ` default ${row.def}`}`,
    );
  }
  const constraints = await sql<{ line: string }>`
    select c.relname || ': ' || pg_get_constraintdef(k.oid) as line from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'aiguillage' and k.contype in ('p', 'f', 'u', 'c') order by 1`.execute(tx);
  const indexes = await sql<{ line: string }>`
    select indexdef as line from pg_indexes where schemaname = 'aiguillage' order by 1`.execute(tx);
  const policies = await sql<{ line: string }>`
    select tablename || ' ' || policyname || ' ' || cmd || ' to ' || array_to_string(roles, ',')
      || coalesce(' using ' || qual, '') || coalesce(' check ' || with_check, '') as line
    from pg_policies where schemaname = 'aiguillage' order by 1`.execute(tx);
  const section = (title: string, rows: readonly { line: string }[]): string[] => [
    '',
    title,
    ...rows.map((row) => `  ${row.line.replace(/\s+/g, ' ')}`),
  ];
  return `${[...lines, ...section('constraints', constraints.rows), ...section('indexes', indexes.rows), ...section('policies', policies.rows)].join('\n').trim()}\n`;
}
