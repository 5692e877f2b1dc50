import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WorkerMetrics } from './worker.ts';

/** Prometheus metrics of one process. Labels are codes and configured names, never data of a person (law 3). */
export interface Metrics extends WorkerMetrics {
  readonly registry: Registry;
  /** Counts what became of a changed rules' folder. */
  reloaded(outcome: string): void;
  /** Filled from the database before each scrape: a gauge that fills the others would show them one scrape late. */
  readonly gauges: Gauges;
}

export interface Gauges {
  backlog: Gauge<'queue'>;
  untriaged_age: Gauge;
  mailbox_lag: Gauge<'mailbox'>;
  ledger: Gauge<'outcome'>;
  deliveries: Gauge<'status'>;
  quarantine: Gauge;
  p0_unacknowledged: Gauge;
  audit_unsealed: Gauge;
  rules: Gauge<'state'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const jobs = new Counter({
    name: 'aiguillage_jobs_total',
    help: 'Jobs ended, by queue and outcome',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'aiguillage_job_seconds',
    help: 'Duration of a job',
    labelNames: ['queue'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const reloads = new Counter({
    name: 'aiguillage_rules_reload_total',
    help: 'Changes of the rules folder, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const gauges: Gauges = {
    backlog: new Gauge({
      name: 'aiguillage_backlog',
      help: 'Conversations waiting or at work, by desk queue',
      labelNames: ['queue'],
      registers,
    }),
    untriaged_age: new Gauge({
      name: 'aiguillage_untriaged_age_seconds',
      help: 'Age of the oldest mail not triaged yet',
      registers,
    }),
    mailbox_lag: new Gauge({
      name: 'aiguillage_mailbox_lag_seconds',
      help: 'Time since a mailbox was last seen complete',
      labelNames: ['mailbox'],
      registers,
    }),
    ledger: new Gauge({
      name: 'aiguillage_ledger',
      help: 'Ledger rows by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    deliveries: new Gauge({
      name: 'aiguillage_deliveries',
      help: 'Sendings by status',
      labelNames: ['status'],
      registers,
    }),
    quarantine: new Gauge({ name: 'aiguillage_quarantine', help: 'Mails set aside and not replayed', registers }),
    p0_unacknowledged: new Gauge({
      name: 'aiguillage_p0_unacknowledged_seconds',
      help: 'Since when the oldest P0 alert rings without an answer; 0 when none does',
      registers,
    }),
    audit_unsealed: new Gauge({
      name: 'aiguillage_audit_unsealed_seconds',
      help: 'Since when the oldest row of the audit trail waits for its seal; 0 when none does',
      registers,
    }),
    rules: new Gauge({
      name: 'aiguillage_rules_proposed',
      help: '1 while proposed rules wait to be applied (candidate), or the newest do not load (refused)',
      labelNames: ['state'],
      registers,
    }),
  };
  return {
    registry,
    finished(queue, outcome, duration_ms) {
      jobs.inc({ queue, outcome });
      duration.observe({ queue }, duration_ms / 1000);
    },
    reloaded: (outcome) => reloads.inc({ outcome }),
    gauges,
  };
}
