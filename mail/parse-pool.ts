import { fallbackMail } from './fallback.ts';
import type { ExtractedAttachment, ParsedMail, ParseOptions } from './parsed.ts';
import { ParseProcess, type ChildResult, type ProcessOptions } from './parse-process.ts';

export interface ParsePoolOptions extends Partial<ProcessOptions> {
  /** Processes at most; each is started when it is first needed. Default 2. */
  readonly children?: number;
  /** A process is replaced after so many mails, whatever it may have piled up. */
  readonly max_mails_per_child?: number;
  /** Given to every parse; see {@link ParseOptions}. */
  readonly parse?: ParseOptions;
}

/** Parses mail in processes that can be killed (law 12). */
export interface ParsePool {
  /**
   * Never rejects and never tries a mail twice: a mail that took too long or too much becomes what the scan of its
   * beginning gives, with `problem` 'timeout', 'memory' or 'failed'.
   */
  parse(raw: Buffer, options?: ParseOptions): Promise<ParsedMail>;
  /** The bytes of one attachment; null when there is no such part or it could not be read. */
  extractAttachment(raw: Buffer, part: number): Promise<ExtractedAttachment | null>;
  /** Kills all processes; what is waiting ends as 'failed'. */
  close(): Promise<void>;
  /** Processes alive, requests waiting, and processes lost to a mail since the start. */
  stats(): {
    readonly alive: number;
    readonly waiting: number;
    readonly lost: number;
    readonly pids: readonly number[];
  };
}

const DEFAULTS = { timeout_ms: 5_000, max_old_space_mb: 512, start_timeout_ms: 30_000 };

type Request = Parameters<ParseProcess['ask']>[0];
interface Waiting {
  readonly request: Request;
  readonly settle: (result: ChildResult) => void;
}

/** Makes a pool; no process is started before the first mail. */
export function createParsePool(options: ParsePoolOptions = {}): ParsePool {
  const settings: ProcessOptions = {
    timeout_ms: options.timeout_ms ?? DEFAULTS.timeout_ms,
    max_old_space_mb: options.max_old_space_mb ?? DEFAULTS.max_old_space_mb,
    start_timeout_ms: options.start_timeout_ms ?? DEFAULTS.start_timeout_ms,
    ...(options.entry === undefined ? {} : { entry: options.entry }),
  };
  const max_mails = options.max_mails_per_child ?? 2_000;
  const idle: ParseProcess[] = [];
  const busy = new Set<ParseProcess>();
  const waiting: Waiting[] = [];
  let lost = 0;
  let closed = false;

  const next = (): void => {
    while (waiting.length > 0 && (idle.length > 0 || busy.size < (options.children ?? 2))) {
      const kept = idle.pop();
      // A child may have died while it waited.
      if (kept !== undefined && !kept.isAlive) continue;
      void work(kept ?? new ParseProcess(settings), waiting.shift()!);
    }
  };
  const work = async (child: ParseProcess, { request, settle }: Waiting): Promise<void> => {
    busy.add(child);
    child.hold(true);
    const result = await child.ask(request);
    busy.delete(child);
    if ('failure' in result && !closed) lost += 1;
    if (closed || child.served >= max_mails) child.kill();
    else if (child.isAlive) {
      child.hold(false);
      idle.push(child);
    }
    settle(result);
    next();
  };
  const ask = (request: Request): Promise<ChildResult> => {
    if (closed) return Promise.resolve({ failure: 'failed' });
    return new Promise((settle) => {
      waiting.push({ request, settle });
      next();
    });
  };

  return {
    async parse(raw, parse = options.parse ?? {}) {
      const result = await ask({ kind: 'parse', raw, options: parse });
      if ('answer' in result && result.answer.kind === 'parsed') return result.answer.mail;
      return fallbackMail(raw, 'failure' in result ? result.failure : 'failed', parse);
    },
    async extractAttachment(raw, part) {
      const result = await ask({ kind: 'extract', raw, part, options: options.parse ?? {} });
      return 'answer' in result && result.answer.kind === 'extracted' ? result.answer.attachment : null;
    },
    async close() {
      closed = true;
      for (const { settle } of waiting.splice(0)) settle({ failure: 'failed' });
      for (const child of [...idle.splice(0), ...busy]) child.kill();
    },
    stats: () => {
      const alive = [...idle, ...busy].filter((child) => child.isAlive);
      const pids = alive.map((child) => child.pid).filter((pid) => pid !== undefined);
      return { alive: alive.length, waiting: waiting.length, lost, pids };
    },
  };
}
