import type { App } from '../app.ts';

/** Until the desk has its pages, `/` says in one screen what this is and where to go. No script, no style, no form. */
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
<p>Les écrans du bureau arrivent ; d’ici là, tout se fait par l’API, sous <code>/api</code>.</p>
</main>
</body>
</html>
`;

export function homeRoutes(app: App): void {
  app.get('/', { config: { roles: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(PAGE),
  );
}
