import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { lockInSight } from '../../store/desk.ts';
import { appendAudit } from '../../store/events.ts';
import { readOriginal, streamOriginal } from '../../store/originals.ts';
import { messageOf, type ThreadMessage } from '../../store/thread.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { DOWNLOAD_CSP } from '../headers.ts';
import { canReveal } from '../view/thread.ts';
import { WORKERS } from './roles.ts';
import { id } from './schemas.ts';

/** Octets of a mail that is opened for a download; larger ones are in quarantine anyway (law 1). */
const ORIGINAL_BYTES_MAX = 60 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** Attachments and originals: always a download, never something a browser would run or show. */
export function fileRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/conversations/:id/attachments/:message/:part',
    {
      config: { roles: WORKERS },
      handlerTimeout: DOWNLOAD_TIMEOUT_MS,
      schema: {
        summary: 'Télécharger une pièce jointe',
        tags: ['conversations'],
        params: z.strictObject({ id, message: id, part: z.coerce.number().int().min(0).max(10_000) }),
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const { part } = request.params;
      const message = await open(deps, agent, request.params, 'attachment.read', { part });
      const attachment = message.attachments.find((candidate) => candidate.part === part);
      if (attachment === undefined || message.sha256 === null) throw new AiguillageError('NOT_FOUND');
      const raw = await readOriginal(deps.store, actorOf(agent), message.sha256, ORIGINAL_BYTES_MAX);
      const found = await deps.readPart(raw, part);
      if (found === null) throw new AiguillageError('NOT_FOUND');
      return download(reply, attachment.name, Readable.from([Buffer.from(found.content)], { objectMode: false }));
    },
  );

  app.get(
    '/api/conversations/:id/original/:message',
    {
      config: { roles: WORKERS },
      handlerTimeout: DOWNLOAD_TIMEOUT_MS,
      schema: {
        summary: 'Télécharger le message d’origine (.eml)',
        tags: ['conversations'],
        params: z.strictObject({ id, message: id }),
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const message = await open(deps, agent, request.params, 'original.read', {});
      if (message.sha256 === null) throw new AiguillageError('NOT_FOUND');
      const stream = await streamOriginal(deps.store, actorOf(agent), message.sha256, ORIGINAL_BYTES_MAX);
      return download(reply, `${message.id}.eml`, stream);
    },
  );
}

/**
 * The message, if this person may open its files, with an audit row. A file cannot be masked: a partner opens one only
 * where it may uncover NIRs, on the conversation it holds (law 9).
 */
async function open(
  deps: ConsoleDeps,
  agent: Agent,
  ids: { id: string; message: string },
  action: string,
  data: Record<string, unknown>,
): Promise<ThreadMessage> {
  return act(deps, agent, async ({ tx, book, now }) => {
    const conversation = await lockInSight(tx, agent, ids.id);
    const message = await messageOf(tx, ids.id, ids.message);
    if (message === undefined) throw new AiguillageError('NOT_FOUND');
    if (agent.role === 'partner' && !canReveal({ agent, book, now }, conversation)) {
      throw new Refusal(
        'AUTH_FORBIDDEN',
        'Une pièce peut contenir un numéro de sécurité sociale : prenez la conversation, si votre contrat le permet.',
      );
    }
    await appendAudit(tx, actorOf(agent), now, action, ids.message, data);
    return message;
  });
}

function download(reply: FastifyReply, file: string, stream: Readable): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', disposition(file))
    .header('content-security-policy', DOWNLOAD_CSP)
    .send(stream);
}

/** RFC 6266: an ASCII name for old programs, and the real one percent-encoded (RFC 8187). */
function disposition(file: string): string {
  const name = file.replace(/[\p{Cc}\p{Cf}\p{Cs}"\\/]/gu, '_').slice(0, 200) || 'piece';
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/[%;]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
