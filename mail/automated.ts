import { foldText } from '../domain/text/fold.ts';
import { mediaType, parameter } from './headers.ts';

export type MailKind = 'human' | 'automated' | 'bounce' | 'list';

/** Who is behind a mail; `reason` is a code for the record, 'none' for a human. */
export interface AutomatedVerdict {
  readonly kind: MailKind;
  readonly reason: string;
}

export interface AutomatedInput {
  /** First occurrence of every field of the root header, lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly subject: string;
  readonly from_address: string;
  /** The beginning of the text, a few hundred characters. */
  readonly body_start: string;
  /** `Action:` values of a delivery report (RFC 3464 §2.3.3), lower case. */
  readonly actions?: readonly string[];
}

const human: AutomatedVerdict = { kind: 'human', reason: 'none' };
const automated = (reason: string): AutomatedVerdict => ({ kind: 'automated', reason });
const bounce = (reason: string): AutomatedVerdict => ({ kind: 'bounce', reason });

/** Somebody answers or passes on: « RE: Réponse automatique » is written by a person who read ours. */
const REPLY_PREFIX = /^(?:re|ref|rep|aw|antw|sv|tr|fw|fwd|wg|fyi) ?(?:\[\d+\])? ?: ?/;

/** Written by programs only; always at the start of the subject. « Auto : » alone is somebody's car accident. */
const AUTO_SUBJECT =
  /^(?:\[?auto(?:matic)?(?:-| )?(?:reply|response)\]?(?: ?:| |$)|autoreply|out of (?:the )?office(?: ?:| ?-| auto| reply|$)|reponse auto(?:matique|matisee)?(?: ?:| ?-|$)|message (?:automatique d absence|d absence)(?: ?:| ?-|$)|absente?(?:\(e\))? du bureau(?: ?:| ?-|$)|absence du bureau(?: ?:| ?-|$)|automatische antwort(?: ?:|$)|automatisch antwoord|abwesenheitsnotiz)/;
/**
 * People use these words too (« Absence de remboursement », « Congés »): they count only beside a text that speaks like
 * an answering machine and asks nothing.
 */
const ABSENCE_SUBJECT =
  /^(?:auto|absence|absente?|conges?|indisponib\w*|en conges?) ?(?::|-|$)|(?:^|: )(?:absence|absente?) (?:du \d|jusqu)/;
const ABSENCE_BODY =
  /\b(?:(?:absente?(?:\(e\))?|en conges?|indisponible|ferme) (?:du bureau\b|.{0,40}\bde retour\b)|je serai de retour (?:le|au bureau|a partir)|de retour au bureau|(?:en|pendant|durant) mon absence|messages? ne (?:sera|seront) (?:pas|ni) (?:lu|consulte|traite)|en cas d urgence,? (?:merci de |vous pouvez |veuillez )?(?:contacter|vous adresser)|i am (?:currently )?(?:out of|away|on leave)|i will be (?:out|back|away)|out of (?:the )?office)/;
const READ_SUBJECT =
  /^(?:lu ?: |read ?: |accuse de (?:reception|lecture)|confirmation de lecture|return receipt|read receipt|gelesen ?: )/;
const READ_BODY =
  /\b(?:votre message .{0,200}\ba ete (?:lu|affiche|ouvert)\b|ceci est un (?:accuse|recu) de (?:reception|lecture)|your message .{0,200}\bwas (?:read|opened|displayed)\b|this is a return receipt)/;
/** A machine asks nothing. */
const REQUEST =
  /\?|\b(?:pouvez|pourriez|voudrais|voudrai|souhaite|souhaiterais|aimerais|comment|mon dossier|mes indemnites|remboursements?|ma carte|je n ai|rien recu|toujours pas|merci de me)\b/;
const BOUNCE_SUBJECT =
  /^(?:undeliver(?:able|ed)|non remis|non distribu\w*|echec (?:de (?:la )?)?(?:remise|distribution|livraison|l envoi|delivrance)|delivery status notification|(?:mail )?delivery (?:failed|failure|status|notification|report|has failed)|mail (?:delivery )?(?:failure|failed|system error|returned|could not be delivered)|returned (?:mail|email|e-mail)|failure notice|failed mail|message (?:non (?:remis|distribue)|undeliverable|not delivered|delivery failure)|avis de non(?: |-)(?:remise|distribution)|remise impossible|non delivery|nondeliverable|unzustellbar|notification d echec|retour de courrier|rapport de non(?: |-)remise|courrier non (?:remis|distribue))/;
const BOUNCE_BODY =
  /\b(?:n a pas pu etre (?:remis|livre|distribue|delivre|envoye|transmis)|n ont pas pu etre|echec de la (?:remise|distribution)|n a pas ete (?:remis|distribue|delivre)|could not be delivered|couldn t be delivered|couldn t deliver|wasn t delivered|was not delivered|undeliverable|delivery (?:has )?failed|delivery to the following|failed permanently|permanent (?:fatal )?(?:error|failure)|unable to deliver|not able to deliver|wasn t able to deliver|returned to sender|remote (?:server|host) (?:returned|said)|user unknown|unknown user|no such user|mailbox (?:unavailable|full|not found)|address not found|adresse introuvable|delivery error|reporting-mta)/;
/** Still under way: news, not a failure (RFC 3464 §2.3.3 says « delayed »; Exim, Postfix and others say it in prose). */
const DELAY_SUBJECT =
  /^(?:warning ?: (?:message|could not send|mail)|delayed mail|(?:mail |message )?delivery (?:is |has been )?delayed|delivery status notification ?\(delay|(?:mail|message) delayed|message (?:differe|retarde)|remise (?:differee|retardee)|avis de (?:retard|remise differee)|livraison (?:differee|retardee))/;
const DELAY_BODY =
  /\b(?:still being retried|will (?:be retried|keep trying|continue to try|continue trying|be tried again)|delivery attempts will continue|has not (?:yet been delivered|been delivered yet)|no action is required on your part|n a pas encore (?:pu etre|ete) (?:remis|livre|distribue|transmis)|(?:nouvelles? )?tentatives? (?:d envoi |de remise )?(?:se poursui\w*|seront? (?:refaites?|effectuees?|renouvelees?))|nous continu\w+ d essayer)/;
const FOR_GOOD = /\b(?:failed permanently|permanent (?:fatal )?(?:error|failure)|permanently)\b/;
const NO_REPLY =
  /^(?:.*[._+-])?(?:no|do[._-]?not|ne[._-]?pas|pas[._-]?de)[._-]?(?:reply|replies|repondre|reponse)(?:[._+-].*)?$/;
const ROBOT_BODY =
  /\b(?:(?:ne|merci de ne) pas (?:y )?repondre (?:a )?(?:ce|cet|directement|a cette)|(?:ce|cet|ceci est un) (?:message|mail|courriel|e-mail|email)(?: (?:est|a ete))?(?: envoye| genere| emis)? automati\w+|(?:message|mail|courriel|e-mail|email) (?:automatique|genere automatiquement|envoye automatiquement)|do not reply|please do not respond|this is an? auto\w+|automatically generated|automated (?:message|email|e-mail|response))/;

/** RFC 3834 §5: the value may carry parameters and comments. */
function autoSubmitted(headers: ReadonlyMap<string, string>): string {
  return (headers.get('auto-submitted') ?? '')
    .replace(/[;(].*$/s, '')
    .trim()
    .toLowerCase();
}

/**
 * Tells a person's mail from a machine's. Pure. What is not human is kept beside its thread and gets no answer, so a
 * wrong « automated » hides a request and a wrong « human » costs an agent seconds: words that people use too never
 * decide alone, a field that only machines write does.
 */
export function judgeAutomated(input: AutomatedInput): AutomatedVerdict {
  const { headers } = input;
  const subject = foldText(input.subject.slice(0, 300));
  const body = foldText(input.body_start.slice(0, 1_500));
  return (
    fromReport(input) ??
    fromFailure(input, subject, body) ??
    fromFields(headers, subject) ??
    fromWords(input, subject, body)
  );
}

/** multipart/report (RFC 6522): delivery (3464), disposition (8098), abuse (5965), DMARC (7489) and TLS (8460) reports. */
function fromReport({ headers, actions = [] }: AutomatedInput): AutomatedVerdict | undefined {
  const type = headers.get('content-type') ?? '';
  if (mediaType(type) === 'message/disposition-notification') return automated('read-receipt');
  if (mediaType(type) !== 'multipart/report' && actions.length === 0) return undefined;
  const report = parameter(type, 'report-type').toLowerCase();
  if (report === 'disposition-notification') return automated('read-receipt');
  if (report === 'feedback-report') return automated('feedback-report');
  if (report === 'tlsrpt') return automated('tls-report');
  // RFC 3464 §2.3.3: delayed, relayed, delivered and expanded are news, not failures.
  // A word of a server's own invention is taken for a failure.
  const news = actions.find((action) => /^(?:delayed|relayed|delivered|expanded)\b/.test(action));
  if (news !== undefined && actions.every((action) => /^(?:delayed|relayed|delivered|expanded)\b/.test(action))) {
    return automated(`dsn-${/^[a-z]+/.exec(news)![0]}`);
  }
  return report === 'delivery-status' || actions.length > 0 ? bounce('dsn') : automated('report');
}

function fromFailure(
  { headers, from_address }: AutomatedInput,
  subject: string,
  body: string,
): AutomatedVerdict | undefined {
  const local = from_address.slice(0, Math.max(from_address.lastIndexOf('@'), 0));
  if (headers.has('x-failed-recipients')) return bounce('failed-recipients');
  const failed = BOUNCE_SUBJECT.test(subject) || BOUNCE_BODY.test(body);
  // RFC 5321 §4.5.5: notices of failure have an empty reverse-path, so that they cannot cause another.
  const nullPath = /^<\s*>$/.test(headers.get('return-path') ?? '');
  const server =
    nullPath || from_address === '' || /^(?:mailer-?daemon|postmaster|mail-daemon|mailerdaemon)$/.test(local);
  if (server && (DELAY_SUBJECT.test(subject) || DELAY_BODY.test(body)) && !FOR_GOOD.test(body))
    return automated('dsn-delayed');
  if (/^mailer-?daemon$/.test(local))
    return AUTO_SUBJECT.test(subject) ? automated('subject-auto') : bounce('mailer-daemon');
  if (/^(?:postmaster|mail-daemon|mailerdaemon|microsoftexchange[0-9a-f]+)$/.test(local) && failed)
    return bounce('postmaster');
  if (BOUNCE_SUBJECT.test(subject) && (nullPath || BOUNCE_BODY.test(body))) return bounce('subject-bounce');
  // An empty From, which no person's program writes.
  if (from_address === '' && BOUNCE_SUBJECT.test(subject)) return bounce('no-sender');
  if (nullPath && BOUNCE_BODY.test(body)) return bounce('null-return-path');
  return undefined;
}

function fromFields(headers: ReadonlyMap<string, string>, subject: string): AutomatedVerdict | undefined {
  // RFC 3834 §5: anything but "no" was sent without a person; RFC 5436 adds auto-notified.
  const submitted = autoSubmitted(headers);
  if (submitted !== '' && submitted !== 'no') return automated('auto-submitted');
  if (headers.has('x-autoreply') || headers.has('x-autorespond') || headers.has('x-auto-reply-from'))
    return automated('x-autoreply');
  if (headers.has('x-autogenerated') || headers.has('x-autoresponder')) return automated('x-autoreply');
  const precedence = (headers.get('precedence') ?? headers.get('x-precedence') ?? '').trim().toLowerCase();
  if (/^auto[_-]?reply$/.test(precedence)) return automated('precedence-auto-reply');
  // RFC 3834 §2: a reverse-path of <> asks for silence; no person's program sends with one.
  if (/^<\s*>$/.test(headers.get('return-path') ?? '')) return automated('null-return-path');
  // RFC 2919 List-Id, RFC 2369 List-Unsubscribe; Precedence is older than both and never standardised (RFC 2076 §3.9).
  const list = headers.has('list-id') || headers.has('list-unsubscribe') || headers.has('list-post');
  const isReply = REPLY_PREFIX.test(subject) && (headers.has('in-reply-to') || headers.has('references'));
  // A colleague answers us from a shared mailbox or through a list: its fields are there, and a person wrote.
  if (isReply && (list || precedence === 'list')) return undefined;
  if (headers.has('list-unsubscribe')) return { kind: 'list', reason: 'list-unsubscribe' };
  if (headers.has('list-id')) return { kind: 'list', reason: 'list-id' };
  const bulk = /^(bulk|junk|list)\b/.exec(precedence)?.[1];
  return bulk === undefined ? undefined : { kind: 'list', reason: `precedence-${bulk}` };
}

function fromWords({ headers, from_address }: AutomatedInput, subject: string, body: string): AutomatedVerdict {
  if (REPLY_PREFIX.test(subject)) return human;
  if (AUTO_SUBJECT.test(subject)) return automated('subject-auto');
  const asks = REQUEST.test(body);
  if (ABSENCE_SUBJECT.test(subject) && ABSENCE_BODY.test(body) && !asks) return automated('subject-absence');
  if (READ_SUBJECT.test(subject) && READ_BODY.test(body) && !asks) return automated('read-receipt');
  // RFC 7489 §7.2.1.1 fixes this subject.
  if (/^report domain: ?\S+ submitter:/.test(subject)) return automated('dmarc-report');
  const local = from_address.slice(0, Math.max(from_address.lastIndexOf('@'), 0));
  // Alone, both are habits of portals and shared tools that carry people's requests.
  const noReply = NO_REPLY.test(local);
  const suppress = /\b(?:all|oof|autoreply)\b/i.test(headers.get('x-auto-response-suppress') ?? '');
  if (noReply && ROBOT_BODY.test(body)) return automated('no-reply');
  if (noReply && (suppress || headers.has('feedback-id'))) return automated('no-reply');
  if (suppress && ROBOT_BODY.test(body)) return automated('auto-response-suppress');
  if (suppress && ABSENCE_BODY.test(body) && !asks) return automated('auto-response-suppress');
  return human;
}
