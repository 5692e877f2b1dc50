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
        description: 'Une équipe partenaire ne reçoit pas ceux des circuits réservés.',
        tags: ['règles'],
        response: { 200: z.object({ queues: names, motifs: names, mailboxes: names, flags: names, teams: names }) },
      },
    },
    async (request) => {
      const { queues, motifs, mailboxes, flags, presence } = await deps.rulebook();
      const partner = agentOf(request).role === 'partner';
      const open = <T extends { readonly restricted?: boolean }>(each: T): boolean =>
        !partner || each.restricted !== true;
      return {
        queues: byId(queues.filter(open)),
        motifs: byId(motifs.filter(open)),
        mailboxes: byId(mailboxes),
        flags: byId(flags),
        teams: byId(presence?.teams ?? []),
      };
    },
  );
}

function byId(rows: readonly { readonly id: string; readonly label: string }[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, label }) => [id, label]));
}
