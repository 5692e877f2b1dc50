/**
 * Every error a person can meet has a code, a sentence, and a line in docs/errors.md (a test keeps that true).
 * The message never carries text from a mail: it may end in a log or a metric (law 3).
 */
export const ERROR_CODES = {
  CONFIG_INVALID: 'The configuration has problems; each is printed as file:line:col.',
  CONFIG_ENV: 'An environment variable is missing or has an unusable value.',
  CONSOLE_NOT_BUILT: 'The pages of the console are not built; the console role does not start without them.',
  CONFIG_UNKNOWN_DIGEST: 'No rulebook with this digest is stored.',
  RULES_OTHER_DIGEST: 'These rules are not those of the digest that was given.',
  RULES_NOT_SIMULATED: 'These rules were never tried on past mail against the set that is active now.',
  RULES_SCENARIOS: 'Scenarios of routing.test.yaml do not hold.',
  RULES_NO_PREVIOUS: 'There is no earlier set of rules to go back to.',
  STORE_SECOND_OWNER: 'Another process already owns the embedded database of this data folder.',
  STORE_LOCK_TIMEOUT: 'A query waited too long for the embedded database; a transaction was left open.',
  STORE_MIGRATION: 'A database migration failed or was edited after release.',
  STORE_QUERY: 'The database refused a statement or did not answer.',
  STORE_NO_ROLE: 'The database login may not take the application roles; run the migrations as the owner.',
  MODEL_UNKNOWN: 'No model, or more than one, is stored under this digest.',
  MODEL_UNREADABLE: 'A stored model cannot be read by this program; make another one active or train anew.',
  MODEL_FROZEN_SET: 'There are no labelled mails to judge a new model by.',
  MODEL_TRAINING: 'A new model could not be trained; the active one goes on.',
  QUEUE_PAYLOAD: 'A job payload does not fit its contract.',
  QUEUE_REDIS_UNSAFE: 'Redis may lose or evict jobs with its present settings.',
  QUEUE_WITHOUT_DATABASE: 'QUEUE_URL is set but DATABASE_URL is not.',
  LEASE_LOST: 'This process no longer holds the lease; another has taken over.',
  MAIL_PARSE_TIMEOUT: 'A mail took too long or too much memory to parse; its original is attached to the conversation.',
  MAIL_PARSE_FAILED: 'A mail could not be parsed; its original is attached to the conversation.',
  MAIL_TOO_LARGE: 'A mail is over max_mail_bytes and was set aside in quarantine.',
  MAIL_CONNECTION: 'The mail server could not be reached, or the connection was lost.',
  MAIL_LOGIN: 'The mail server refused the login.',
  MAIL_FOLDER: 'A configured mail folder does not exist or cannot be opened.',
  MAIL_FETCH: 'Some mails cannot be fetched from the server; the others are read and these are tried again.',
  MAIL_SERVER_ACTION: 'The mail server refused to flag or move mails that are already stored here.',
  CONVERSATION_TRANSITION: 'This action is not possible in the present status of the conversation.',
  CONVERSATION_TAKEN: 'Another agent holds this conversation.',
  CONVERSATION_NOT_HELD: 'This action needs the conversation to be taken first.',
  DRAFT_STALE: 'The draft was changed elsewhere since it was read.',
  DELIVERY_STATE: 'This delivery is not in a state that allows the action.',
  MAILBOX_OBSERVES: 'The mailbox is in observe mode: nothing is sent from it.',
  CLOSE_REFUSED: 'The conversation may not be closed with this code.',
  DESK_REFUSED: 'This act of the desk is not allowed here, or a limit of order.yaml is reached.',
  TRANSFER_REFUSED: 'The conversation may not go to this queue.',
  IDEMPOTENCY_REUSED: 'This Idempotency-Key was already used for another request.',
  TOO_BUSY: 'Too much of this is being asked at once; try again in a moment.',
  REPLY_REFUSED: 'This reply may not be sent as written.',
  WAVE_STATE: 'This action is not possible in the present state of the wave.',
  WAVE_LIST_CHANGED: 'The list of the group reply is no longer the one that was seen.',
  AUTH_REQUIRED: 'Sign in first.',
  AUTH_FAILED: 'Login or password is wrong, or too many attempts were made.',
  AUTH_FORBIDDEN: 'This role may not do that.',
  AUTH_CSRF: 'The request does not carry the token of this session, or comes from another origin.',
  AUTH_CLOSED: 'This account is closed here, whatever the provider says.',
  AUTH_LOCAL_OFF: 'Local accounts are switched off; people sign in through the provider of the site.',
  OIDC_OFF: 'No OpenID provider is configured.',
  OIDC_REFUSED: 'The answer of the OpenID provider is a refusal, or does not hold what it must.',
  OIDC_STATE: 'This sign-in was begun in another browser, is too old, or was finished already.',
  OIDC_UNAVAILABLE: 'The OpenID provider cannot be reached or does not work.',
  OIDC_UNMAPPED: 'The provider knows this person, but sign-in.yaml gives them no role.',
  NOT_FOUND: 'Nothing is stored under this identifier, or this role may not see it.',
  BOT_OFF: 'The rules hold no bot, or this way to it is switched off.',
  BOT_UNSIGNED: 'A signature header of the bot API is missing or malformed.',
  BOT_SIGNATURE: 'The key is unknown, or the signature does not fit this request.',
  BOT_CLOCK: 'The timestamp of the signature is too far from the time here.',
  BOT_REPLAY: 'This nonce was used already; sign again with a new one.',
  BOT_TOO_FAST: 'This key asks more often than it may; Retry-After says when to go on.',
  BOT_STATE: 'The talk is not in a state that allows this.',
  BOT_LIMIT: 'This talk has as many entries as one may have; begin another or accept the hand-over.',
  BAD_INPUT: 'A value does not have the expected form.',
  CONTROL_UNREACHABLE: 'The running process did not answer on its control socket.',
  USAGE: 'The command was called with wrong words or options.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error with a code from {@link ERROR_CODES}; `detail` adds what was seen and what was expected. */
export class AiguillageError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? ERROR_CODES[code] : `${ERROR_CODES[code]} ${detail}`, options);
    this.name = 'AiguillageError';
    this.code = code;
  }
}

/** True when `error` is one of ours with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is AiguillageError {
  return error instanceof AiguillageError && error.code === code;
}
