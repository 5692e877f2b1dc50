import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCorpus } from '../../classifiers/files.ts';

/**
 * How fast `classify --jsonl` sorts: the corpus repeated to N mails (10,000 unless an argument says otherwise), through
 * the command as an agent of another system would call it, its start included.
 */
const LAUNCHER = fileURLToPath(new URL('../aiguillage', import.meta.url));
const MAILS = 10_000;
/** Of Linux, on every machine Node supports (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_S = 100;
const WATCH_MS = 50;

/** Mails as a caller sends them, without the labels. */
async function lines(count: number): Promise<string[]> {
  const { examples } = await readCorpus();
  return Array.from({ length: count }, (_, i) => {
    const { mailbox, channel, from, attachments, subject, body, at } = examples[i % examples.length]!;
    return JSON.stringify({ id: i, mailbox, channel, from, at, attachments, subject, body });
  });
}

/** What the kernel knows of a running process; undefined where there is no /proc, or no process any more. */
function usage(pid: number): { rss_mb: number; cpu_s: number } | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { rss_mb: Number(peak?.[1]) / 1_024, cpu_s: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S };
  } catch {
    return undefined;
  }
}

async function run(mails: readonly string[]) {
  const started = performance.now();
  const child = spawn(LAUNCHER, ['classify', '--jsonl'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let first_ms = 0;
  let answers = 0;
  let seen: ReturnType<typeof usage>;
  const watch = setInterval(() => (seen = usage(child.pid!) ?? seen), WATCH_MS);
  child.stdout.on('data', (chunk: Buffer) => {
    if (answers === 0) first_ms = performance.now() - started;
    for (const byte of chunk) if (byte === 10) answers += 1;
    seen = usage(child.pid!) ?? seen;
  });
  child.stdin.end(mails.map((mail) => `${mail}\n`).join(''));
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0 || answers !== mails.length) throw new Error(`classify: exit ${code}, ${answers} answers`);
  return { seconds, first_ms, ...(seen ?? { rss_mb: NaN, cpu_s: NaN }) };
}

const count = Number(process.argv[2] ?? MAILS);
const mails = await lines(count);
const alone = await run(mails.slice(0, 1));
const all = await run(mails);
console.log(
  [
    `mails            ${count}`,
    `mails/s          ${Math.round(count / all.seconds)}, the start included`,
    `mails/s sorting  ${Math.round(count / (all.seconds - all.first_ms / 1_000))}, from the first answer on`,
    `mails/CPU-s      ${Math.round(count / all.cpu_s)}, whatever else the machine does`,
    `first answer     ${Math.round(alone.first_ms)} ms for one mail alone`,
    `peak memory      ${Math.round(all.rss_mb)} MB`,
  ].join('\n'),
);
