import { SYSTEM, type Store } from '../store/database.ts';
import { oldestAlert } from '../store/alerts.ts';
import { unsealed } from '../store/audit-chain.ts';
import { pipelineState } from '../store/health.ts';
import { countBacklog } from '../store/load.ts';
import { ledgerCounts } from '../store/ledger-queries.ts';
import { mailboxLags } from '../store/mailboxes.ts';
import { rulesState } from '../store/rulebook-state.ts';
import type { Gauges } from './metrics.ts';

/** When « running » is no longer « of use » (readiness and alarms), seconds. */
export interface HealthLimits {
  readonly mailbox_lag_s: number;
  readonly untriaged_age_s: number;
}

/** Proposals looked at for the newest candidate. */
const RULES_READ = 20;

export const HEALTH_LIMITS: HealthLimits = { mailbox_lag_s: 600, untriaged_age_s: 300 };

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** Looks at the database, the age of the oldest untriaged mail, and how long ago each mailbox was seen complete. */
export async function checkHealth(
  store: Store,
  mailboxes: readonly string[],
  now: Date,
  limits: HealthLimits = HEALTH_LIMITS,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  try {
    const state = await store.read(SYSTEM, pipelineState);
    checks.push({ name: 'database', ok: true });
    const age_s =
      state.oldest_untriaged_at === null ? 0 : Math.round((now.getTime() - state.oldest_untriaged_at.getTime()) / 1000);
    checks.push({
      name: 'triage',
      ok: age_s <= limits.untriaged_age_s,
      detail: `${state.untriaged} waiting, oldest ${age_s} s, limit ${limits.untriaged_age_s} s`,
    });
    for (const lag of await mailboxLags(store, now)) {
      if (!mailboxes.includes(lag.mailbox)) continue;
      const lag_s = lag.lag_ms === null ? null : Math.round(lag.lag_ms / 1000);
      checks.push({
        name: `mailbox ${lag.mailbox}`,
        ok: lag_s !== null && lag_s <= limits.mailbox_lag_s,
        detail: `${lag_s === null ? 'never complete' : `${lag_s} s ago`}${lag.last_error === null ? '' : `, ${lag.last_error}`}`,
      });
    }
  } catch {
    checks.push({ name: 'database', ok: false, detail: 'unreachable' });
  }
  return checks;
}

/** Fills the gauges of a scrape from the database. */
export async function fillGauges(store: Store, gauges: Gauges, now: Date): Promise<void> {
  const { state, backlog, ledger, rules, alert, trail } = await store.read(SYSTEM, async (tx) => ({
    state: await pipelineState(tx),
    backlog: await countBacklog(tx),
    ledger: await ledgerCounts(tx),
    rules: await rulesState(tx, RULES_READ),
    alert: await oldestAlert(tx),
    trail: await unsealed(tx),
  }));
  gauges.backlog.reset();
  for (const [queue, n] of backlog) gauges.backlog.set({ queue }, n);
  gauges.untriaged_age.set(
    state.oldest_untriaged_at === null ? 0 : (now.getTime() - state.oldest_untriaged_at.getTime()) / 1000,
  );
  for (const [outcome, n] of Object.entries(ledger)) gauges.ledger.set({ outcome }, n);
  gauges.deliveries.reset();
  for (const [status, n] of state.deliveries) gauges.deliveries.set({ status }, n);
  gauges.quarantine.set(state.quarantined);
  gauges.p0_unacknowledged.set(alert === null ? 0 : (now.getTime() - alert.getTime()) / 1000);
  const sealed_until = trail.oldest_at?.getTime() ?? now.getTime();
  gauges.audit_unsealed.set(Math.max(0, now.getTime() - sealed_until) / 1000);
  gauges.rules.set({ state: 'candidate' }, rules.candidate === null ? 0 : 1);
  gauges.rules.set({ state: 'refused' }, rules.refused === null ? 0 : 1);
  for (const lag of await mailboxLags(store, now)) {
    if (lag.lag_ms !== null) gauges.mailbox_lag.set({ mailbox: lag.mailbox }, lag.lag_ms / 1000);
  }
}
