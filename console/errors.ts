import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AiguillageError, type ErrorCode } from '../domain/errors.ts';
import type { Finding } from '../domain/linter.ts';
import { TooFast } from '../store/bot-keys.ts';
import type { Logger } from 'pino';

/** What a client is told of an error: a code, a French sentence, a path or findings. Never text of a mail, never a stack. */

/** HTTP status and sentence by code. A code that is not here is an error of ours: 500. */
const ANSWERS: Partial<Record<ErrorCode, readonly [status: number, sentence: string]>> = {
  AUTH_REQUIRED: [401, 'Connectez-vous pour continuer.'],
  AUTH_FAILED: [401, 'Identifiant ou mot de passe incorrect, ou trop d’essais : patientez un quart d’heure.'],
  AUTH_FORBIDDEN: [403, 'Votre rôle ne permet pas cette action.'],
  AUTH_CSRF: [403, 'La page n’est plus à jour : rechargez-la, puis recommencez.'],
  AUTH_CLOSED: [403, 'Votre compte est fermé dans Aiguillage. Adressez-vous à un administrateur de l’application.'],
  AUTH_LOCAL_OFF: [403, 'Ici, on se connecte avec son compte professionnel, sans mot de passe propre à Aiguillage.'],
  OIDC_OFF: [404, 'Aucun fournisseur d’identité n’est configuré ici.'],
  OIDC_REFUSED: [
    401,
    'La connexion n’a pas été confirmée par le fournisseur d’identité. Recommencez ; si cela persiste, prévenez un administrateur.',
  ],
  OIDC_STATE: [
    400,
    'Cette tentative de connexion n’est plus valable : elle est trop ancienne, ou déjà terminée. Recommencez.',
  ],
  OIDC_UNAVAILABLE: [503, 'Le fournisseur d’identité ne répond pas pour le moment. Réessayez dans quelques minutes.'],
  OIDC_UNMAPPED: [
    403,
    'Votre compte professionnel est reconnu, mais aucun rôle ne lui est donné dans Aiguillage. Demandez l’accès à votre encadrement.',
  ],
  NOT_FOUND: [404, 'Cet élément n’existe pas, ou n’est pas visible avec votre rôle.'],
  BAD_INPUT: [400, 'Une valeur n’a pas la forme attendue.'],
  CONVERSATION_TRANSITION: [409, 'Cette action n’est pas possible dans l’état actuel de la conversation.'],
  CONVERSATION_TAKEN: [409, 'Une autre personne traite déjà cette conversation.'],
  CONVERSATION_NOT_HELD: [409, 'Prenez d’abord cette conversation, ou renouvelez votre prise en charge.'],
  DRAFT_STALE: [409, 'Ce brouillon a changé dans une autre fenêtre. Rien n’est écrasé : choisissez le texte à garder.'],
  DELIVERY_STATE: [409, 'Cet envoi n’est plus dans un état qui permet cette action.'],
  REPLY_REFUSED: [422, 'Cette réponse ne peut pas partir telle quelle.'],
  MAILBOX_OBSERVES: [
    409,
    'Cette boîte est en observation : rien n’en part tant qu’un superviseur ne l’a pas passée en service.',
  ],
  CLOSE_REFUSED: [422, 'La conversation ne peut pas être close avec ce code.'],
  DESK_REFUSED: [422, 'Cette action n’est pas permise ici, ou sa limite est atteinte.'],
  TRANSFER_REFUSED: [422, 'La conversation ne peut pas aller dans cette file.'],
  WAVE_STATE: [409, 'Cette action n’est pas possible dans l’état actuel de la vague.'],
  WAVE_LIST_CHANGED: [409, 'La liste a changé depuis que vous l’avez vue : relisez-la avant d’approuver.'],
  CONFIG_INVALID: [422, 'Ce jeu de règles ne se charge pas : vérifiez-le.'],
  CONFIG_UNKNOWN_DIGEST: [404, 'Aucun jeu de règles n’est conservé sous cette empreinte.'],
  RULES_OTHER_DIGEST: [409, 'Ces règles ne sont pas celles de l’empreinte donnée.'],
  RULES_NOT_SIMULATED: [409, 'Essayez d’abord ces règles sur le courrier passé, face à celles qui sont en vigueur.'],
  RULES_SCENARIOS: [422, 'Des scénarios de ces règles échouent.'],
  RULES_NO_PREVIOUS: [409, 'Il n’y a pas de règles antérieures auxquelles revenir.'],
  IDEMPOTENCY_REUSED: [422, 'Cette clé d’idempotence a déjà servi pour une autre demande.'],
  MAIL_TOO_LARGE: [413, 'Ce message est trop volumineux pour être ouvert ici.'],
  MAIL_PARSE_TIMEOUT: [422, 'Cette pièce n’a pas pu être extraite ; l’original reste disponible.'],
  MAIL_PARSE_FAILED: [422, 'Cette pièce n’a pas pu être extraite ; l’original reste disponible.'],
  BOT_OFF: [404, 'L’assistant n’est pas en service ici.'],
  BOT_UNSIGNED: [401, 'La requête n’est pas signée : un en-tête de signature manque ou n’a pas la bonne forme.'],
  BOT_SIGNATURE: [401, 'Clé inconnue, ou signature qui ne correspond pas à cette requête.'],
  BOT_CLOCK: [401, 'L’horodatage de la requête est trop loin de l’heure du service : réglez l’horloge.'],
  BOT_REPLAY: [409, 'Cette requête a déjà été reçue : signez-la de nouveau avec un autre nonce.'],
  BOT_TOO_FAST: [429, 'Trop de requêtes pour cette clé : reprenez après le délai de Retry-After.'],
  BOT_STATE: [409, 'Cet échange n’est pas dans un état qui permet cette demande.'],
  BOT_LIMIT: [409, 'Cet échange est trop long : proposez un conseiller ou commencez-en un autre.'],
  STORE_LOCK_TIMEOUT: [503, 'Le service est très sollicité ; réessayez dans un instant.'],
  TOO_BUSY: [503, 'Le service est très sollicité ; réessayez dans un instant.'],
};
const OURS: readonly [number, string] = [500, 'Une erreur interne est survenue ; elle est enregistrée.'];

/** A refusal whose sentence depends on the case: which queue, which code, what is missing. */
export class Refusal extends AiguillageError {
  readonly sentence: string;
  readonly findings: readonly Finding[];

  constructor(code: ErrorCode, sentence: string, findings: readonly Finding[] = []) {
    super(code);
    this.sentence = sentence;
    this.findings = findings;
  }
}

export interface ErrorBody {
  error: {
    code: string;
    message: string;
    issues?: { path: string; message: string }[];
    findings?: readonly Finding[];
  };
}

/** Code, status and body for anything thrown. */
export function answerTo(error: unknown): { status: number; body: ErrorBody; ours: boolean } {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = (error as { validationContext?: string }).validationContext ?? 'body';
    const issues = error.validation.map((issue) => ({
      path: where + issue.instancePath.replace(/\/$/, '').replaceAll('/', '.'),
      message: problem(issue.keyword, issue.params),
    }));
    return answer('BAD_INPUT', ANSWERS.BAD_INPUT![1], 400, { issues });
  }
  if (error instanceof AiguillageError) {
    const [status, sentence] = ANSWERS[error.code] ?? OURS;
    const refusal = error instanceof Refusal ? error : undefined;
    const findings = refusal === undefined || refusal.findings.length === 0 ? {} : { findings: refusal.findings };
    return { ...answer(error.code, refusal?.sentence ?? sentence, status, findings), ours: status === 500 };
  }
  // What Fastify refuses by itself: bad JSON, a body over the limit, an unknown content type, a handler that took too long.
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return answer(
      'BAD_INPUT',
      status === 413 ? 'La requête est trop volumineuse.' : 'La requête est illisible.',
      status,
    );
  }
  if (status === 503) return answer('TOO_BUSY', ANSWERS.TOO_BUSY![1], 503);
  return { ...answer('INTERNAL', OURS[1], 500), ours: true };
}

function answer(
  code: string,
  message: string,
  status: number,
  more: Omit<ErrorBody['error'], 'code' | 'message'> = {},
): { status: number; body: ErrorBody; ours: boolean } {
  return { status, body: { error: { code, message, ...more } }, ours: false };
}

/** zod's own sentences are English and may quote what was sent; these are neither. */
function problem(keyword: string | undefined, params: Record<string, unknown>): string {
  switch (keyword) {
    case 'invalid_type':
      return `type attendu : ${String(params['expected'])}`;
    case 'too_small':
      return `au moins ${String(params['minimum'])}`;
    case 'too_big':
      return `au plus ${String(params['maximum'])}`;
    case 'invalid_value':
      return `valeurs possibles : ${(params['values'] as unknown[] | undefined)?.join(', ') ?? ''}`;
    case 'invalid_format':
      return `format attendu : ${String(params['format'])}`;
    case 'unrecognized_keys':
      return 'champ inconnu';
    default:
      return 'valeur refusée';
  }
}

/** Answers errors and unknown routes. Only an error of ours is logged, by class and code: its text may quote a mail. */
export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { status, body, ours } = answerTo(error);
    if (ours) logOurs(log, error, request);
    if (error instanceof TooFast) reply.header('retry-after', String(error.retry_after_s));
    return reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body);
  });
  app.setNotFoundHandler((_request, reply) => {
    const { status, body } = answerTo(new AiguillageError('NOT_FOUND'));
    return reply.code(status).send(body);
  });
}

/** By class and code only. */
export function logOurs(log: Logger, error: unknown, request: FastifyRequest): void {
  const { name, code } = error as { name?: string; code?: string };
  log.error({ route: request.routeOptions.url, method: request.method, name, code }, 'request failed');
  log.debug({ stack: error instanceof Error ? frames(error) : [] }, 'where it failed');
}

/** The stack without its first line, which is the message. */
function frames(error: Error): string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}
