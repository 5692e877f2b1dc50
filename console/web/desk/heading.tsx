import type { Thread } from '../api/types.ts';
import { useNames } from '../shell/names.ts';
import { MailText } from '../text/mail-text.tsx';
import { STATUS_LABELS } from '../words/words.ts';
import { moment } from '../words/time.ts';

export function Heading({ thread }: { readonly thread: Thread }) {
  const names = useNames();
  return (
    <div class="heading">
      <h1>
        <MailText text={thread.subject === '' ? '(sans objet)' : thread.subject} line />
      </h1>
      <p>
        <MailText text={thread.sender.name === '' ? thread.sender.address : thread.sender.name} line />
        {thread.sender.name !== '' && (
          <span class="quiet">
            {' '}
            <MailText text={thread.sender.address} line />
          </span>
        )}
      </p>
      <p class="quiet">
        {thread.ref}, boîte « {names.mailbox(thread.mailbox)} », reçu {moment(thread.last_received_at)}, file «{' '}
        {names.queue(thread.queue)} », {STATUS_LABELS[thread.status]}
        {thread.waiting_until !== null && ` jusqu’au ${moment(thread.waiting_until)}`}
        {thread.snoozed !== null &&
          `, mise de côté ${thread.snoozed.mine ? 'par vous ' : ''}jusqu’au ${moment(thread.snoozed.until)}`}
        {thread.reading?.state === 'waiting' && ', réponse en relecture'}
        {thread.masked && ', numéros de sécurité sociale masqués'}
      </p>
      {thread.flags_shown.length > 0 && (
        <ul class="flags" aria-label="Signalements">
          {thread.flags_shown.map((flag) => (
            <li key={flag.id} class={`flag ${flag.level}`}>
              {flag.level} {flag.label}
            </li>
          ))}
        </ul>
      )}
      {thread.review?.hint != null && (
        <p class="hint">
          <strong>Indication du référent :</strong> {thread.review.hint}
        </p>
      )}
    </div>
  );
}
