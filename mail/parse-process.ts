import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildAnswer, ChildRequest } from './parse-messages.ts';

/** How a request ended that got no answer. */
export type ChildFailure = 'timeout' | 'memory' | 'failed';
export type ChildResult = { readonly answer: ChildAnswer } | { readonly failure: ChildFailure };

export interface ProcessOptions {
  /** From the moment the mail is handed over to the answer, waiting for the start of the process not included. */
  readonly timeout_ms: number;
  readonly max_old_space_mb: number;
  /** A process that has not said « ready » by then never will. */
  readonly start_timeout_ms: number;
  /** The program to run; tests put a broken one here. */
  readonly entry?: URL;
}

const ENTRY = new URL('./parse-child.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** How V8 ends a process whose heap is full: abort, or the trap that newer builds use. */
const HEAP_SIGNALS: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL']);

type Request = ChildRequest extends infer R ? (R extends ChildRequest ? Omit<R, 'id'> : never) : never;

/** One child process: at most one request at a time, killed without mercy when it exceeds, then of no further use. */
export class ParseProcess {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #ready: Promise<boolean>;
  #settle: ((result: ChildResult) => void) | undefined;
  #id = 0;
  #dead = false;
  /** Requests answered so far. */
  served = 0;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#child = fork(fileURLToPath(options.entry ?? ENTRY), [String(process.pid)], {
      // The pinned Node that runs us, with none of our own flags and none of our secrets.
      execPath: process.execPath,
      execArgv: [
        `--max-old-space-size=${options.max_old_space_mb}`,
        // Reads the program and nothing else; the one thread is its watchdog.
        '--permission',
        `--allow-fs-read=${ROOT}`,
        '--allow-worker',
        '--disable-warning=ExperimentalWarning',
      ],
      env: {},
      serialization: 'advanced',
      // V8 writes its heap report to stderr; a log may not see a mail's words.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#ready = this.#start();
    this.#child.on('exit', (code, signal) => {
      this.#dead = true;
      const memory = HEAP_SIGNALS.has(signal) || code === 134;
      this.#end({ failure: memory ? 'memory' : 'failed' });
    });
    this.#child.on('error', () => this.#fail('failed'));
  }

  get isAlive(): boolean {
    return !this.#dead;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Hands over one request. Resolves always; after a failure the process is dead. */
  async ask(request: Request): Promise<ChildResult> {
    if (!(await this.#ready)) {
      this.kill();
      return { failure: 'failed' };
    }
    if (this.#dead || this.#settle !== undefined) return { failure: 'failed' };
    const id = ++this.#id;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail('timeout'), this.#options.timeout_ms);
      this.#settle = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#child.send({ ...request, id } as ChildRequest, (error) => {
        if (error !== null) this.#fail('failed');
      });
    });
  }

  /** An idle child must not keep a command from ending; a busy one must. */
  hold(busy: boolean): void {
    if (busy) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }

  /** SIGKILL: a child in an endless loop hears nothing else. */
  kill(): void {
    this.#dead = true;
    this.#child.kill('SIGKILL');
  }

  #start(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (ready: boolean): void => {
        clearTimeout(timer);
        resolve(ready);
      };
      const timer = setTimeout(() => settle(false), this.#options.start_timeout_ms);
      this.#child.once('exit', () => settle(false));
      this.#child.once('error', () => settle(false));
      this.#child.on('message', (answer: ChildAnswer) => {
        if (answer.kind === 'ready') settle(true);
        else if (answer.id === this.#id) {
          this.served += 1;
          this.#end({ answer });
        }
      });
    });
  }

  #fail(failure: ChildFailure): void {
    this.kill();
    this.#end({ failure });
  }

  #end(result: ChildResult): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(result);
  }
}
