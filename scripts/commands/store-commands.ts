import type { StoreCommand } from './context.ts';

/** Commands that need the store, by the name the control socket knows them; each is loaded when it is called. */
export const STORE_COMMANDS: Readonly<Record<string, () => Promise<StoreCommand>>> = {
  topics: async () => (await import('./topics.ts')).topics,
  'rules simulate': async () => (await import('./rules-simulate.ts')).simulateCommand,
  'rules apply': async () => (await import('./rules-apply.ts')).apply,
  'rules rollback': async () => (await import('./rules-apply.ts')).rollback,
  'rules history': async () => (await import('./rules-apply.ts')).history,
  'rules replay': async () => (await import('./rules-replay.ts')).replayCommand,
  'rules explain': async () => (await import('./rules-explain.ts')).explainCommand,
  report: async () => (await import('./report.ts')).report,
  reconcile: async () => (await import('./reconcile.ts')).reconcileCommand,
  'quarantine list': async () => (await import('./quarantine.ts')).list,
  'quarantine show': async () => (await import('./quarantine.ts')).show,
  'quarantine replay': async () => (await import('./quarantine.ts')).replay,
  queues: async () => (await import('./queues.ts')).queues,
  requeue: async () => (await import('./requeue.ts')).requeue,
  import: async () => (await import('./import.ts')).importCommand,
  'agents add': async () => (await import('./agents.ts')).add,
  'agents list': async () => (await import('./agents.ts')).list,
  'model list': async () => (await import('./model.ts')).list,
  'model use': async () => (await import('./model.ts')).use,
  train: async () => (await import('./train.ts')).trainCommand(),
  'mailbox mode': async () => (await import('./mailbox.ts')).mode,
  'mailbox list': async () => (await import('./mailbox.ts')).list,
};
