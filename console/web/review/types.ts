export type Act = 'approve' | 'return' | 'remotif';

export interface Reason {
  readonly id: string;
  readonly label: string;
}

export interface Reviews {
  readonly reviews: readonly {
    readonly conversation: string;
    readonly ref: string;
    readonly subject: string;
    readonly motif: string | null;
    readonly wanted: string;
    readonly origin: 'machine' | 'agent' | 'refusal';
    readonly rule: string;
    readonly urgency: number;
  }[];
  readonly waiting: number;
  readonly wait_open_hours: number | null;
  readonly timeout_open_hours: number;
  readonly reasons: Readonly<Record<Act, readonly Reason[]>>;
}
