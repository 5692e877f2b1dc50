import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../domain/errors.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '');
const sources = tracked.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
const read = (name: string): string => readFileSync(ROOT + name, 'utf8');

/** Limits on our own code, kept by a test so that nobody has to remember them. */
describe('the project’s own rules', () => {
  test('no source file is longer than 300 lines', () => {
    const long = sources
      .filter((name) => !name.startsWith('tests/'))
      .map((name) => [name, read(name).split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > 300)).toEqual([]);
  });

  test('every exported function, class and interface of the core has a comment that says what it is for', () => {
    const bare: string[] = [];
    for (const name of sources.filter((file) => /^domain\/[a-z-]+\.ts$/.test(file))) {
      const lines = read(name).split('\n');
      for (const [index, line] of lines.entries()) {
        const exported = /^export (?:async )?(?:function|class) (\w+)/.exec(line);
        if (exported !== null && !/\*\/\s*$/.test(lines[index - 1] ?? ''))
          bare.push(`${name}:${index + 1} ${exported[1]}`);
      }
    }
    expect(bare).toEqual([]);
  });

  test('docs/errors.md lists exactly the codes of domain/errors.ts', () => {
    const documented = new Map(
      [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map((row) => [row[1], row[2]]),
    );
    expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  });

  test('no registry address is in the lock file, and no path of a machine in the tree', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": *"http/);
    const text = sources.concat(
      tracked.filter((name) => /\.(md|ya?ml|json)$|^scripts\/[a-z]+$/.test(name) && name !== 'package-lock.json'),
    );
    expect(text.filter((name) => /\/(?:home|Users|root|work)\/[a-z]/.test(read(name)))).toEqual([]);
  });

  test('the top level holds the folders of the design and nothing like utils', () => {
    const folders = new Set(tracked.filter((name) => name.includes('/')).map((name) => name.split('/')[0]!));
    for (const folder of folders) {
      expect([
        '.ci',
        'classifiers',
        'config',
        'console',
        'docs',
        'domain',
        'mail',
        'queues',
        'scripts',
        'store',
        'tests',
        'workers',
      ]).toContain(folder);
    }
    expect(tracked.filter((name) => /(^|\/)(src|lib|utils?|common|helpers?)\//.test(name))).toEqual([]);
  });
});
