import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { agentRoutes } from './agents.ts';
import { conversationRoutes } from './conversations.ts';
import { deskRoutes } from './desk.ts';
import { fileRoutes } from './files.ts';
import { handlingRoutes } from './handling.ts';
import { healthRoutes } from './health.ts';
import { homeRoutes } from './home.ts';
import { mailboxRoutes } from './mailboxes.ts';
import { motifRoutes } from './motifs.ts';
import { quarantineRoutes } from './quarantine.ts';
import { queueRoutes } from './queues.ts';
import { replyRoutes } from './replies.ts';
import { reportRoutes } from './report.ts';
import { sessionRoutes } from './session.ts';
import { taskRoutes } from './tasks.ts';
import { topicRoutes } from './topics.ts';

/** Every route of the console, one resource a file. Each declares its roles; the guard refuses to start otherwise. */
export function routes(app: App, deps: ConsoleDeps): void {
  homeRoutes(app);
  healthRoutes(app, deps);
  sessionRoutes(app, deps);
  deskRoutes(app, deps);
  conversationRoutes(app, deps);
  fileRoutes(app, deps);
  replyRoutes(app, deps);
  handlingRoutes(app, deps);
  motifRoutes(app, deps);
  taskRoutes(app, deps);
  queueRoutes(app, deps);
  reportRoutes(app, deps);
  topicRoutes(app, deps);
  mailboxRoutes(app, deps);
  quarantineRoutes(app, deps);
  agentRoutes(app, deps);
}
