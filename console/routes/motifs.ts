import { z } from 'zod';
import { inForce } from '../../domain/provisional.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { WORKERS } from './roles.ts';

const motif = z.object({
  id: z.string(),
  label: z.string(),
  level: z.enum(['n1', 'expert']),
  pole: z.string(),
  restricted: z.boolean(),
  /** Of a provisional motif: what it counts under, why it is there, its last day. */
  provisional: z.object({ parent: z.string(), why: z.string(), until: z.iso.date().nullable() }).nullable(),
});

const flag = z.object({ id: z.string(), label: z.string(), level: z.string() });

/** What a person may choose from when they confirm or correct a motif, or mark a conversation. */
export function motifRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/motifs',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Motifs que l’on peut donner aujourd’hui, les provisoires en vigueur d’abord, et signalements',
        tags: ['conversations'],
        response: { 200: z.object({ motifs: z.array(motif), flags: z.array(flag) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const { motifs, flags } = await deps.rulebook();
      const shown = motifs
        .filter((each) => inForce(each, now) && !(each.restricted && agent.role === 'partner'))
        .map(({ id, label, level, pole, restricted, provisional: terms }) => ({
          ...{ id, label, level, pole, restricted },
          provisional:
            terms === undefined ? null : { parent: terms.parent, why: terms.why, until: terms.until ?? null },
        }));
      // What is new today is what people look for; sorting keeps the order of the files otherwise.
      return {
        motifs: shown.sort((a, b) => Number(a.provisional === null) - Number(b.provisional === null)),
        flags: flags.map(({ id, label, level }) => ({ id, label, level })),
      };
    },
  );
}
