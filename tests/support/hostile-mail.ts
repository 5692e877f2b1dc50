import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A public corpus of hostile mail may lie beside the project; it is never part of it. */
const ARCHIVE = fileURLToPath(new URL('../../../shared/corpora/hostile-mail.tar.gz', import.meta.url));

export interface HostileMail {
  readonly name: string;
  readonly raw: Buffer;
}

/** The corpus unpacked into memory, or undefined in a clone that has none beside it. */
export function readCorpus(): HostileMail[] | undefined {
  if (!existsSync(ARCHIVE)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'hostile-mail-'));
  try {
    execFileSync('tar', ['-xzf', ARCHIVE, '-C', folder, '--no-same-owner']);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.endsWith('index.csv') && statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => ({ name, raw: readFileSync(join(folder, name)) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEAD = 'From: Marie <marie@courriel.example>\r\nSubject: s\r\n';
const TEXT = `${HEAD}\r\n`;
const HTML = `${HEAD}Content-Type: text/html\r\n\r\n`;
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n`;
const repeat = (piece: string, times: number): string => piece.repeat(times);

/** Mails made to cost time, memory or a place in the file system; the word « texte » is in those that have a text. */
export function makeHostile(): HostileMail[] {
  const mails: Readonly<Record<string, string>> = {
    'nested divisions': `${HTML}${repeat('<div>', 100_000)}texte`,
    'nested tables': `${HTML}${repeat('<table><tr><td>', 40_000)}texte`,
    'nested blockquotes': `${HTML}${repeat('<blockquote>', 240)}${repeat('texte ', 50_000)}`,
    'endless attributes': `${HTML}<p ${repeat('a=b ', 200_000)}>texte`,
    'endless comments': `${HTML}texte${repeat('<!-- -', 100_000)}`,
    'less-than signs': `${HTML}texte${repeat('<', 500_000)}`,
    'five thousand parts': `${MIXED}${repeat('--b\r\n\r\ntexte\r\n', 5_000)}--b--`,
    'parts in parts': `${HEAD}Content-Type: multipart/mixed; boundary=b0\r\n\r\n${Array.from(
      { length: 990 },
      (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`,
    ).join('')}--b990\r\n\r\ntexte`,
    'messages in messages': `${repeat(`${HEAD}Content-Type: message/rfc822\r\n\r\n`, 3_000)}texte`,
    'header of 3 MB': `${HEAD}X-A: ${repeat('a ', 1_500_000)}\r\n\r\ntexte`,
    'header of 50,000 lines': `${HEAD}${repeat('X-A: aaaaaaaaaaaaaaaaaaaaaa\r\n', 50_000)}\r\ntexte`,
    'endless addressees': `${HEAD}To: ${repeat('a@b.example, ', 80_000)}\r\n\r\ntexte`,
    'nested groups': `${HEAD}To: ${repeat('a:', 100_000)}\r\n\r\ntexte`,
    'open comments': `${HEAD}To: ${repeat('(', 300_000)}\r\nAuthentication-Results: ${repeat('(', 100_000)}\r\n\r\ntexte`,
    'encoded words': `From: a@b.example\r\nSubject: ${repeat('=?utf-8?q?=C3=A9?= ', 30_000)}\r\n\r\ntexte`,
    'endless parameters': `${HEAD}Content-Type: text/plain; ${repeat('a*0="x"; ', 40_000)}\r\n\r\ntexte`,
    'long boundary': `${HEAD}Content-Type: multipart/mixed; boundary="${repeat('b', 100_000)}"\r\n\r\ntexte`,
    'endless references': `${HEAD}References: ${repeat('<a@b> ', 80_000)}\r\n\r\ntexte`,
    'endless quotes': `${TEXT}texte\r\n${repeat('> cite\r\n', 60_000)}`,
    'deep quotes': `${TEXT}texte\r\n${repeat('>', 500_000)}\r\n`,
    'sender lines': `${TEXT}texte\r\n${repeat('De : a\r\n', 80_000)}`,
    spaces: `${TEXT}${repeat(' ', 500_000)}texte`,
    'broken base64': `${HEAD}Content-Transfer-Encoding: base64\r\n\r\n${repeat('!!!! ', 200_000)}`,
    'broken quoted-printable': `${HEAD}Content-Transfer-Encoding: quoted-printable\r\n\r\ntexte${repeat('=', 500_000)}`,
    'UTF-7 escapes': `${HEAD}Content-Type: text/plain; charset=utf-7\r\n\r\ntexte ${repeat('+2AA-', 50_000)}`,
    'NUL bytes': `${HEAD}\u0000\r\n\r\ntexte\u0000\u0000`,
    'hostile names': `${MIXED}--b\r\n\r\ntexte\r\n${[
      '../../../etc/passwd',
      '/etc/passwd',
      'a\\..\\b',
      '=?utf-8?B?AC4uLw==?=',
      '=?utf-8?Q?a=0D=0Ab?=',
      '=?utf-8?Q?=E2=80=AEfdp.exe?=',
      '..',
      '',
      repeat('n', 5_000),
    ]
      .map(
        (name) =>
          `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\nx\r\n`,
      )
      .join('')}--b--`,
    'carriage returns': `${HEAD}\r\ntexte`.replaceAll('\r\n', '\r') + repeat('\r', 300_000),
    'no boundary': `${HEAD}Content-Type: multipart/mixed\r\n\r\ntexte`,
    'wrong boundary': `${HEAD}Content-Type: multipart/mixed; boundary=x\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\ntexte\r\n--y--`,
    'no header': 'texte',
    nothing: '',
  };
  return Object.entries(mails).map(([name, text]) => ({ name, raw: Buffer.from(text, 'latin1') }));
}
