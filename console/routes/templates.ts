import { z } from 'zod';
import { DAY_MS } from '../../domain/days.ts';
import { daysLeft, templateState } from '../../domain/template-life.ts';
import { actorOf } from '../../store/agents.ts';
import { REPEAT_DAYS, templateUsage } from '../../store/template-usage.ts';
import { tellFigure } from '../../store/figure-told.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';

/** Usage is told of so many days. */
const USED_DAYS = 90;
/** Of fewer answers a rate says nothing. */
const SETTLED_MIN = 20;

const template = z.object({
  id: z.string(),
  kind: z.enum(['ack', 'reply', 'notice']),
  subject: z.string(),
  body: z.string(),
  motifs: z.array(z.string()),
  flags: z.array(z.string()),
  owner: z.string().nullable(),
  valid_until: z.string().nullable(),
  /** soon: within 30 days. expired: offered to nobody. */
  state: z.enum(['valid', 'soon', 'expired']),
  days_left: z.int().nullable(),
  legal_approved: z.boolean(),
  /** Replies that began with it; null for what the machine sends. */
  used: z.int().nullable(),
  /** Part of the answered whose person wrote again within 7 days; null where too few say anything. */
  repeat_share: z.number().nullable(),
});
export type TemplateView = z.infer<typeof template>;

/** Approved texts: who answers for them, until when, how they are used. Changing one is a change of the rules. */
export function templateRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/templates',
    {
      config: { roles: ['agent', 'referent', 'supervisor', 'administrator', 'auditor'] },
      schema: {
        summary: 'Lister les modèles en vigueur : texte, responsable, dernière date, usage et réitération à 7 jours',
        tags: ['modèles'],
        response: { 200: z.object({ days: z.int(), repeat_days: z.int(), templates: z.array(template) }) },
      },
    },
    async (request) => {
      const now = deps.clock();
      const book = await deps.rulebook();
      await tellFigure(deps.store);
      const usage = await deps.store.read(actorOf(agentOf(request)), (tx) =>
        templateUsage(tx, new Date(now.getTime() - USED_DAYS * DAY_MS), now),
      );
      return {
        days: USED_DAYS,
        repeat_days: REPEAT_DAYS,
        templates: book.templates
          .map((one): TemplateView => {
            const of = usage.get(one.id);
            const { id, kind, subject, body, legal_approved } = one;
            return {
              ...{ id, kind, subject, body, legal_approved },
              motifs: [...one.motifs],
              flags: [...(one.flags ?? [])],
              owner: one.owner ?? null,
              valid_until: one.valid_until ?? null,
              state: templateState(one, now),
              days_left: daysLeft(one, now),
              used: kind === 'reply' ? (of?.used ?? 0) : null,
              repeat_share: of === undefined || of.settled < SETTLED_MIN ? null : of.repeated / of.settled,
            };
          })
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      };
    },
  );
}
