import { AiguillageError } from '../errors.ts';

/** A window with more mails than this is not simulated. */
export const MAILS_MAX = 4_000_000;

/** What is to be done with a mail; given when it arrives. */
export const COURSE = { n1: 0, task: 1, transfer: 2, returned: 3 } as const;
/** Where it is. A team's number is {@link STAGE.team} + its index. */
export const STAGE = { coming: 0, on_its_way: 1, joined: 2, grouped: 3, answered: 4, team: 8 } as const;
/** Marks. `unread`: a transfer that level 1 still has to read. `handed`: went to a pool once. */
export const MARK = {
  urgent: 1,
  initial: 2,
  repeat: 4,
  wave: 8,
  handed: 16,
  unread: 32,
  skill: 64,
  work: 128,
} as const;

/**
 * All mails of a run, one number a column: 600,000 objects would cost seconds of collecting garbage. Work that is no mail
 * (a task for a pôle, the sending of a group reply) has a row too, marked `work`, and is counted nowhere as a mail.
 */
export class Mails {
  count = 0;
  /** Arrival and answer, minutes since the window's start; answer is Infinity while it is open. */
  arrived: Float64Array;
  answered: Float64Array;
  due_elapsed: Float64Array;
  due_working: Float64Array;
  /** Agent-minutes the present team still needs for it. */
  left: Float64Array;
  key: Uint32Array;
  kind: Uint16Array;
  course: Uint8Array;
  stage: Uint8Array;
  marks: Uint8Array;
  /** How many repeats stand between it and a first contact. */
  generation: Uint8Array;
  /** Mails that end with the answer to this one, as a chain: the first, then for each the next. -1 ends it. */
  chain_first: Int32Array;
  chain_next: Int32Array;
  /** The mail a repeat repeats, -1. */
  parent: Int32Array;

  constructor(size: number) {
    const room = Math.max(16, size);
    this.arrived = new Float64Array(room);
    this.answered = new Float64Array(room);
    this.due_elapsed = new Float64Array(room);
    this.due_working = new Float64Array(room);
    this.left = new Float64Array(room);
    this.key = new Uint32Array(room);
    this.kind = new Uint16Array(room);
    this.course = new Uint8Array(room);
    this.stage = new Uint8Array(room);
    this.marks = new Uint8Array(room);
    this.generation = new Uint8Array(room);
    this.chain_first = new Int32Array(room);
    this.chain_next = new Int32Array(room);
    this.parent = new Int32Array(room);
  }

  /** A new row. @throws AiguillageError BAD_INPUT beyond {@link MAILS_MAX}: repeats that answer each other never end. */
  add(arrived_min: number, key: number, kind: number, marks: number): number {
    if (this.count === this.arrived.length) this.#grow();
    const mail = this.count++;
    this.arrived[mail] = arrived_min;
    this.answered[mail] = Number.POSITIVE_INFINITY;
    this.key[mail] = key;
    this.kind[mail] = kind;
    this.marks[mail] = marks;
    this.chain_first[mail] = -1;
    this.chain_next[mail] = -1;
    this.parent[mail] = -1;
    return mail;
  }

  has(mail: number, mark: number): boolean {
    return (this.marks[mail]! & mark) !== 0;
  }

  /** `mail` ends with the answer to `first`. */
  link(first: number, mail: number): void {
    this.chain_next[mail] = this.chain_first[first]!;
    this.chain_first[first] = mail;
  }

  #grow(): void {
    if (this.count >= MAILS_MAX) throw new AiguillageError('BAD_INPUT', `A plan holds at most ${MAILS_MAX} mails.`);
    const room = Math.min(MAILS_MAX, this.count * 2);
    const larger = new Mails(room);
    for (const column of COLUMNS) (larger[column] as Float64Array).set(this[column] as Float64Array);
    for (const column of COLUMNS) (this as Record<string, unknown>)[column] = larger[column];
  }
}

const COLUMNS = [
  'arrived',
  'answered',
  'due_elapsed',
  'due_working',
  'left',
  'key',
  'kind',
  'course',
  'stage',
  'marks',
  'generation',
  'chain_first',
  'chain_next',
  'parent',
] as const;
