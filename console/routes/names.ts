import { z } from 'zod';
import { ROLES } from '../../store/agents.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';

const names = z.record(z.string(), z.string());

/** What ids of the rules in force are called, for pages that show a decision, a figure or an alert. No counts, no mail. */
export function nameRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/names',
    {
      config: { roles: ROLES },
      schema: {
        summary: 'Libellés des files, motifs, boîtes, signalements et équipes, par identifiant',
        description: 'Une équipe partenaire ne reçoit ni ceux des circuits réservés, ni ceux des autres équipes.',
        tags: ['règles'],
        response: { 200: z.object({ queues: names, motifs: names, mailboxes: names, flags: names, teams: names }) },
      },
    },
    async (request) => {
      const { queues, motifs, mailboxes, flags, presence } = await deps.rulebook();
      const agent = agentOf(request);
      const partner = agent.role === 'partner';
      const open = <T extends { readonly restricted?: boolean }>(each: T): boolean =>
        !partner || each.restricted !== true;
      return {
        queues: byId(
          queues.filter((queue) => open(queue) && !(partner && queue.kind === 'partner' && queue.id !== agent.pool)),
        ),
        motifs: byId(motifs.filter(open)),
        mailboxes: byId(mailboxes),
        flags: byId(flags),
        teams: byId(partner ? [] : (presence?.teams ?? [])),
      };
    },
  );
}

function byId(rows: readonly { readonly id: string; readonly label: string }[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, label }) => [id, label]));
}
