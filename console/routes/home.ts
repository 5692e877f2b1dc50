import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import type { App } from '../app.ts';
import { PAGES_CSP } from '../headers.ts';
import type { PageFile, Pages } from '../pages.ts';

/** What a process without the console role says at `/`: where to look instead. No script, no style, no form. */
const PAGE = `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aiguillage</title>
</head>
<body>
<main>
<h1>Aiguillage</h1>
<p>Tri et suivi des courriels et des conversations ameliBot d’une plateforme de services.
Les personnes répondent ; le programme trie, prévient et prépare.</p>
<ul>
<li><a href="/docs">Documentation de l’API du bureau</a></li>
<li><a href="/docs/json">Description OpenAPI</a></li>
<li><a href="/readyz">État du service</a></li>
<li><a href="/healthz">Le processus répond</a></li>
</ul>
<p>Ce processus ne sert pas les écrans du bureau ; celui qui a le rôle <code>console</code> les sert.</p>
</main>
</body>
</html>
`;

/** Names carry a digest of the content: a browser may keep them for a year. */
const KEPT = 'public, max-age=31536000, immutable';

/** The console's pages, when this process has them. */
export function homeRoutes(app: App, pages: Pages | undefined): void {
  app.get('/', { config: { roles: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (pages === undefined) return reply.type('text/html; charset=utf-8').send(PAGE);
    return send(request, reply.header('content-security-policy', PAGES_CSP), pages.index);
  });

  app.get(
    '/assets/:file',
    { config: { roles: 'public' }, schema: { hide: true, params: z.strictObject({ file: z.string().max(100) }) } },
    async (request, reply) => {
      const file = pages?.assets.get(request.params.file);
      if (file === undefined) throw new AiguillageError('NOT_FOUND');
      return send(request, reply.header('cache-control', KEPT), file);
    },
  );
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  reply.header('vary', 'accept-encoding').type(file.type);
  return packed ? reply.header('content-encoding', 'gzip').send(file.gzip) : reply.send(file.content);
}
