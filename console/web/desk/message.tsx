import type { Message, Thread } from '../api/types.ts';
import { useNames } from '../shell/names.ts';
import { MailText } from '../text/mail-text.tsx';
import type { Mark } from '../text/pieces.ts';
import { moment } from '../words/time.ts';
import { REPLY_LABELS } from '../words/words.ts';
import { Attachments } from './attachments.tsx';
import { labelOf } from './why.tsx';

interface Props {
  readonly message: Message;
  readonly thread: Thread;
  readonly open?: boolean;
}

/** One message: its own words first, quotes and signature folded, evidence of the decision marked where it stands. */
export function MessageView({ message, thread, open = false }: Props) {
  const names = useNames();
  const marks = (part: string): Mark[] =>
    (thread.decision?.evidence ?? [])
      .filter((span) => span.message === message.id && span.part === part)
      .map((span) => ({ start: span.start, end: span.end, label: labelOf(span.for, names) }));
  const ours = message.direction === 'outgoing';
  const who = ours ? (message.author?.name ?? 'Notre réponse') : message.from.name || message.from.address;
  return (
    <article class={ours ? 'message ours' : 'message'}>
      {!open && (
        <h3>
          <MailText text={who} line /> <span class="quiet">{moment(message.received_at)}</span>
          {message.reply_type !== null && (
            <span class="quiet"> – {REPLY_LABELS[message.reply_type as keyof typeof REPLY_LABELS]}</span>
          )}
        </h3>
      )}
      {message.parse_problem !== null && (
        <p class="notice-line">Le texte est peut-être incomplet : l’original peut être enregistré plus bas.</p>
      )}
      <div class="words">
        <MailText text={message.body === '' ? '(sans texte)' : message.body} marks={marks('body')} />
      </div>
      {message.quoted !== '' && (
        <details>
          <summary>Texte cité</summary>
          <div class="words">
            <MailText text={message.quoted} marks={marks('quoted')} />
          </div>
        </details>
      )}
      {message.signature !== '' && (
        <details>
          <summary>Signature</summary>
          <div class="words">
            <MailText text={message.signature} />
          </div>
        </details>
      )}
      <Attachments message={message} conversation={thread.id} />
    </article>
  );
}
