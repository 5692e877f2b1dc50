import { Worker } from 'node:worker_threads';
import { extractPart, parseMail } from './parse.ts';
import type { ChildAnswer, ChildRequest } from './parse-messages.ts';

/**
 * The process that reads hostile mail. It is forked by parse-pool.ts with an empty environment, a small heap and no
 * right to write, fork or load add-ons; whatever happens to it, the pool goes on. It never logs: its memory is full of
 * other people's words.
 */

async function answer(request: ChildRequest): Promise<ChildAnswer> {
  try {
    const raw = Buffer.from(request.raw.buffer, request.raw.byteOffset, request.raw.byteLength);
    if (request.kind === 'parse')
      return { id: request.id, kind: 'parsed', mail: await parseMail(raw, request.options) };
    return { id: request.id, kind: 'extracted', attachment: await extractPart(raw, request.part, request.options) };
  } catch {
    // The message of the error may quote the mail.
    return { id: request.id, kind: 'failed' };
  }
}

process.on('message', (request: ChildRequest) => {
  void answer(request).then((message) => process.send?.(message));
});
// Killed without a word, our parent cannot kill us any more, and a parser in a loop never hears « disconnect ». The id
// comes from the parent: it may be gone before this thread first looks.
const WATCHDOG = `const { workerData } = require('node:worker_threads');
setInterval(() => process.ppid === workerData || process.kill(process.pid, 'SIGKILL'), 1000);`;
const watchdog = new Worker(WATCHDOG, {
  eval: true,
  workerData: Number(process.argv[2]),
  resourceLimits: { maxOldGenerationSizeMb: 8 },
});
watchdog.unref();

// The parent is gone: nobody will ask again.
process.on('disconnect', () => process.exit(0));
// Not before it watches: the first mail may be the one that never ends.
watchdog.once('online', () => process.send?.({ id: 0, kind: 'ready' } satisfies ChildAnswer));
