import { z } from 'zod';
import { dayOf, dayStart, PARIS } from '../../domain/days.ts';
import { actorOf } from '../../store/agents.ts';
import { ownFigures, type OwnFigures } from '../../store/own-figures.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OWN_STAFF } from './roles.ts';

const count = z.int().min(0);
const figures = z.object({
  taken: count,
  answered: count,
  in_time: count,
  given_back: count,
  motifs_corrected: count,
});
/** Today and the six days before. */
const DAYS = 7;

/** One's own figures. Nobody else's can be asked for: there is no parameter. */
export function ownFigureRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/desk/figures',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Mes chiffres d’aujourd’hui et de sept jours ; personne d’autre ne les voit',
        tags: ['bureau'],
        response: { 200: z.object({ today: figures, week: figures }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const today = dayOf(now.getTime(), PARIS);
      const since = (day: number): Date => new Date(dayStart(day, PARIS));
      const until = since(today + 1);
      return deps.store.read(actorOf(agent), async (tx): Promise<{ today: OwnFigures; week: OwnFigures }> => ({
        today: await ownFigures(tx, agent.id, since(today), until),
        week: await ownFigures(tx, agent.id, since(today + 1 - DAYS), until),
      }));
    },
  );
}
