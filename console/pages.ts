import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { AiguillageError } from '../domain/errors.ts';

/** A file of the console as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
  readonly gzip: Buffer;
}

/** The built pages, read once: `index` at `/`, the rest under /assets, whose names change with their content. */
export interface Pages {
  readonly index: PageFile;
  readonly assets: ReadonlyMap<string, PageFile>;
}

const DIST = fileURLToPath(new URL('./dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** True when there is something to serve. */
export function arePagesBuilt(dir = DIST): boolean {
  return existsSync(path.join(dir, 'index.html'));
}

/** @throws AiguillageError CONSOLE_NOT_BUILT */
export function loadPages(dir = DIST): Pages {
  if (!arePagesBuilt(dir)) throw new AiguillageError('CONSOLE_NOT_BUILT', 'run: npm run build:console');
  const assets = path.join(dir, 'assets');
  return {
    index: fileOf(path.join(dir, 'index.html')),
    assets: new Map(readdirSync(assets).map((name) => [name, fileOf(path.join(assets, name))])),
  };
}

/** What somebody sees whose sign-in by the provider did not end well. @param sentence one of ours, never of the provider */
export function refusalPage(sentence: string, pages: Pages | undefined): string {
  const style = [...(pages?.assets.keys() ?? [])].find((name) => name.endsWith('.css'));
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connexion refusée – Aiguillage</title>
${style === undefined ? '' : `<link rel="stylesheet" href="/assets/${style}">`}
</head>
<body>
<main class="sign-in-page">
<h1>Connexion à Aiguillage</h1>
<p role="alert" class="problem-line">${sentence}</p>
<p><a href="/">Revenir à la page de connexion</a></p>
</main>
</body>
</html>
`;
}

function fileOf(file: string): PageFile {
  const content = readFileSync(file);
  return { type: TYPES[path.extname(file)] ?? 'application/octet-stream', content, gzip: gzipSync(content) };
}
