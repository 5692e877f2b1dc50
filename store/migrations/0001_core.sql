-- The system of record. Every object is in schema aiguillage and always named with it: on PGlite the one session's
-- search_path belongs to BullMQ.

create schema if not exists aiguillage;

-- ---------------------------------------------------------------------------------------------------------------------
-- Configuration and models, kept by digest so that a past decision can be replayed (laws 4 and 11).
create table aiguillage.rulebook (
  digest      text primary key,
  files       jsonb not null,              -- file name → text, exactly as validated
  created_at  timestamptz not null,
  created_by  text not null
);

create table aiguillage.rulebook_active (
  one          boolean primary key default true check (one),
  digest       text not null references aiguillage.rulebook,
  rev          integer not null,
  activated_at timestamptz not null
);

create table aiguillage.rulebook_history (
  id           uuid primary key,
  digest       text not null references aiguillage.rulebook,
  activated_at timestamptz not null,
  activated_by text not null,
  rev          integer not null,           -- of the pointer: the order, whatever the clocks of two machines say
  -- seed: an empty database took the folder's set; auto: CONFIG_AUTOAPPLY; the others are acts of a person
  how          text not null check (how in ('seed', 'auto', 'apply', 'rollback')),
  from_digest  text,                       -- what was active before
  simulation   uuid,                       -- what the person who applied it had been shown
  reason       text not null default ''    -- why it was applied without a simulation
);

-- What a set would have changed on past mail, shown before it is applied: `apply` asks for a row here.
create table aiguillage.rulebook_simulation (
  id            uuid primary key,
  digest        text not null,             -- the candidate; its texts are stored when it is proposed or applied
  baseline      text not null,             -- the set it was compared with
  model_digest  text not null,
  simulated_at  timestamptz not null,
  simulated_by  text not null,
  mails         integer not null,
  moved         integer not null
);
create index rulebook_simulation_of on aiguillage.rulebook_simulation (digest, baseline);

-- What the watched folder or a person proposed, refused sets included: a failure must be seen (law 11).
create table aiguillage.rulebook_proposal (
  id          uuid primary key,
  digest      text not null,
  source      text not null check (source in ('folder', 'console')),
  outcome     text not null check (outcome in ('candidate', 'refused')),
  problems    jsonb not null default '[]', -- the first of them, as config/problems.ts writes them
  gone        text[] not null default '{}',
  proposed_at timestamptz not null,
  proposed_by text not null
);
create index rulebook_proposal_newest on aiguillage.rulebook_proposal (proposed_at);

create table aiguillage.model (
  digest        text primary key,          -- sha-256 of the bytes before compression; stands in every decision
  kind          text not null,
  corpus_digest text not null,             -- what it was trained on: the corpus and the corrections folded in
  corrections   integer not null default 0,
  figures       jsonb,                     -- on the frozen set, when it was last judged; null: never
  created_at    timestamptz not null,
  created_by    text not null,
  bytes         bytea not null
);

create table aiguillage.model_active (
  one          boolean primary key default true check (one),
  digest       text not null references aiguillage.model,
  rev          integer not null,
  activated_at timestamptz not null,
  activated_by text not null               -- 'shipped', or who asked
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Leases: a row, an expiry and a fencing token. A holder that was silent too long finds its token outdated.
create table aiguillage.lease (
  name       text primary key,
  holder     text not null,
  token      bigint not null,
  expires_at timestamptz not null
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Mailboxes and the ledger (law 1).
create table aiguillage.mailbox (
  id             text primary key,
  -- observe: nothing is sent, flagged or moved until a supervisor switches the mailbox to live
  mode           text not null default 'observe' check (mode in ('observe', 'live')),
  last_synced_at timestamptz,
  last_error     text,
  last_error_at  timestamptz
);

create table aiguillage.folder_cursor (
  mailbox     text not null,
  folder      text not null,
  uidvalidity bigint not null,
  -- every UID up to and including this one is in the ledger
  last_uid    bigint not null default 0,
  current     boolean not null default true,
  updated_at  timestamptz not null,
  primary key (mailbox, folder, uidvalidity)
);

create table aiguillage.raw_mail (
  sha256      bytea primary key,
  size        bigint not null,             -- octets before compression
  encoding    text not null default 'deflate',
  created_at  timestamptz not null
);

create table aiguillage.raw_chunk (
  sha256 bytea not null references aiguillage.raw_mail on delete cascade,
  n      integer not null,
  data   bytea not null,
  primary key (sha256, n)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Who writes. The row is locked while a mail of this sender is attached, so that two workers never open two
-- conversations for one thread.
create table aiguillage.sender (
  key           text primary key,          -- lower-case address, or '' + message id when there is none
  first_seen_at timestamptz not null,
  last_ack_at   timestamptz
);

create table aiguillage.conversation (
  id               uuid primary key,
  ref              text not null unique,   -- short reference with a check character, shown to members
  mailbox          text not null,
  channel          text not null default 'mail' check (channel in ('mail', 'bot')),
  sender_key       text not null references aiguillage.sender,
  sender_name      text not null default '',
  subject          text not null default '',
  status           text not null check (status in ('queued', 'assigned', 'waiting', 'answered', 'closed')),
  queue            text not null,
  level            text not null check (level in ('n1', 'expert')),
  motif            text,
  motif_confirmed  text,                   -- set by a person only
  confirmed_by     uuid,
  abstained        boolean not null default false,
  flags            text[] not null default '{}',
  -- 0 = P0, 1 = P1, 2 = P2, 3 = none; the strongest flag of the open requests
  urgency          smallint not null default 3,
  restricted       boolean not null default false,
  -- earliest open clock, both ways; null when nothing is open
  due_elapsed_at   timestamptz,
  due_working_at   timestamptz,
  legal_due_at     timestamptz,
  -- the earliest deadline on the promised clock, and since when the oldest of them waits: the order of work
  due_at           timestamptz,
  open_since       timestamptz,
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  holder           uuid,
  held_until       timestamptz,
  closing_code     text,
  waiting_until    timestamptz,
  pool_hops        smallint not null default 0,
  handed_at        timestamptz,            -- when a partner pool received it
  suggested_link   uuid,
  joined_to        uuid references aiguillage.conversation,  -- its messages and requests are there until somebody separates them
  -- set aside (domain/aside.ts): still queued, still counted, its clocks go on; who wanted it aside gets it back first
  snoozed_until    timestamptz,
  snoozed_by       uuid,
  snooze_reason    text,
  reading          uuid,                   -- a newcomer's reply that waits to be read: still queued and counted, nobody's next
  given_back       smallint not null default 0,  -- times people gave it back since it was last answered
  rev              integer not null default 0,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);
create index conversation_work on aiguillage.conversation (queue, urgency, due_elapsed_at) where status = 'queued';
-- One index a lane of store/work-order.ts: late mail by age, the rest by deadline, delays fixed by law.
create index conversation_age on aiguillage.conversation (queue, urgency, coalesce(open_since, last_received_at), due_at)
  where status = 'queued';
create index conversation_promise on aiguillage.conversation (queue, urgency, due_at) where status = 'queued';
create index conversation_legal on aiguillage.conversation (queue, legal_due_at)
  where status = 'queued' and legal_due_at is not null;
create index conversation_aside on aiguillage.conversation (snoozed_by, snoozed_until) where snoozed_by is not null;
create index conversation_joined on aiguillage.conversation (joined_to) where joined_to is not null;
create index conversation_turning on aiguillage.conversation (given_back) where given_back > 0;
create index conversation_sender on aiguillage.conversation (sender_key, last_received_at);
create index conversation_received on aiguillage.conversation (first_received_at);
create index conversation_held on aiguillage.conversation (held_until) where status = 'assigned';
create index conversation_open on aiguillage.conversation (status, queue);
-- Desk search: words of a subject without accents and case. The same expression stands in store/conversations.ts.
create index conversation_words on aiguillage.conversation using gin (to_tsvector('simple'::regconfig,
  translate(lower(subject), 'àâäáãéèêëíîïìóôöòõúùûüçñÿ''’', 'aaaaaeeeeiiiiooooouuuucny  ')));
create index conversation_due on aiguillage.conversation (coalesce(due_elapsed_at, 'infinity'::timestamptz), id);

-- Whatever moves a conversation ends its time aside and its reply's reading, and an answer the count of those who gave it
-- back: kept here, since a dozen statements move conversations.
create function aiguillage.conversation_moved() returns trigger language plpgsql as $$
begin
  if new.status <> 'queued' or new.queue <> old.queue or new.urgency <= 1 then
    new.snoozed_until := null;
    new.snoozed_by := null;
    new.snooze_reason := null;
  end if;
  if new.status <> 'queued' or new.queue <> old.queue then
    new.reading := null;
  end if;
  if new.status in ('waiting', 'answered', 'closed') then
    new.given_back := 0;
  end if;
  return new;
end $$;
create trigger conversation_moved before update on aiguillage.conversation for each row
  when (old.snoozed_by is not null or old.reading is not null or old.given_back > 0) execute function aiguillage.conversation_moved();

create table aiguillage.message (
  id                uuid primary key,
  conversation_id   uuid references aiguillage.conversation,
  direction         text not null check (direction in ('incoming', 'outgoing')),
  -- imported history never gets an acknowledgment and never raises work by itself
  origin            text not null default 'imap' check (origin in ('imap', 'import', 'bot', 'desk')),
  mailbox           text not null,
  sha256            bytea references aiguillage.raw_mail,
  status            text not null check (status in ('received', 'parsed', 'decided', 'dispatched', 'stuck', 'sent')),
  rev               integer not null default 0,
  starts            smallint not null default 0,
  urgent_hint       boolean not null default false,
  received_at       timestamptz not null,  -- INTERNALDATE, or the accepted hand-over: the start of the clock
  ingested_at       timestamptz not null,
  outcome           text check (outcome in ('conversation', 'joined', 'duplicate', 'automated', 'bounce', 'quarantined', 'vanished')),
  duplicate_of      uuid references aiguillage.message,
  from_address      text not null default '',
  from_name         text not null default '',
  to_addresses      text[] not null default '{}',
  cc_addresses      text[] not null default '{}',
  reply_to          text not null default '',
  subject           text not null default '',
  body              text not null default '',   -- new text
  quoted            text not null default '',
  signature         text not null default '',
  attachments       jsonb not null default '[]',  -- [{name, type, size, part}]
  headers           jsonb not null default '{}',  -- the few headers a rule or a reply needs
  message_id_hash   bytea,
  message_id        text not null default '',
  in_reply_to       text not null default '',
  refs              text[] not null default '{}',
  content_hash      bytea,                      -- Message-ID + sender + body: one mail sent to two of our mailboxes
  automated_reason  text,
  parse_problem     text,
  author            uuid,                       -- agent, for outgoing
  reply_type        text
);
create index message_pending on aiguillage.message (status, ingested_at) where status in ('received', 'parsed', 'decided');
create index message_conversation on aiguillage.message (conversation_id, received_at);
create index message_received on aiguillage.message (received_at) where outcome in ('conversation', 'joined');
create index message_mid on aiguillage.message (message_id_hash);
create index message_content on aiguillage.message (content_hash);
create index message_raw on aiguillage.message (sha256);

create table aiguillage.ledger (
  mailbox      text not null,
  folder       text not null,
  uidvalidity  bigint not null,
  uid          bigint not null,
  sha256       bytea,
  size         bigint,
  internal_date timestamptz,
  outcome      text check (outcome in ('conversation', 'joined', 'duplicate', 'automated', 'bounce', 'quarantined', 'vanished')),
  message_id   uuid references aiguillage.message,
  -- what we still owe the server after the commit: '' nothing, 'flag', 'move'
  server_action text not null default '',
  recorded_at  timestamptz not null,
  primary key (mailbox, folder, uidvalidity, uid)
);
create index ledger_content on aiguillage.ledger (mailbox, sha256);
create index ledger_pending on aiguillage.ledger (recorded_at) where outcome is null;
create index ledger_message on aiguillage.ledger (message_id);
create index ledger_server on aiguillage.ledger (mailbox, folder) where server_action <> '';

create table aiguillage.quarantine (
  id          uuid primary key,
  mailbox     text not null,
  folder      text not null,
  uidvalidity bigint not null,
  uid         bigint not null,
  message_id  uuid references aiguillage.message,
  sha256      bytea,
  size        bigint,
  reason      text not null check (reason in ('malware', 'too-large', 'process-deaths')),
  created_at  timestamptz not null,
  -- when it was counted as received (law 1); the sweep does it, since reading mail needs no rules
  counted_at  timestamptz,
  replayed_at timestamptz,
  replayed_by text
);
create index quarantine_uncounted on aiguillage.quarantine (created_at) where counted_at is null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Decisions: appended with all that is needed to replay them (law 4).
create table aiguillage.decision (
  id              uuid primary key,
  conversation_id uuid not null references aiguillage.conversation,
  message_id      uuid not null references aiguillage.message,
  made_at         timestamptz not null,    -- the `now` given to decide()
  rulebook_digest text not null,
  model_digest    text not null,
  engine          text not null,
  outcome         jsonb not null,          -- motif, confidence, abstained, ranked, level, pole, queue, flags, public
  trace           jsonb not null,
  evidence        jsonb not null,          -- [{for, part, start, end}]
  -- what decide() was given beside the mail, for a replay: {history, chars}; lengths tell an erased text from an empty one
  inputs          jsonb,
  load            jsonb,                   -- snapshot given to chooseQueue(), null before dispatch
  routed          jsonb                    -- chooseQueue() result, with the `now` and the rulebook it was given
);
create index decision_conversation on aiguillage.decision (conversation_id, made_at);

-- The event log: the figure is computed from it alone (law 6).
create table aiguillage.event (
  seq             bigint generated always as identity primary key,
  type            text not null,
  occurred_at     timestamptz not null,
  recorded_at     timestamptz not null,
  conversation_id uuid,
  message_id      uuid,
  actor           text not null,           -- 'system', 'agent:<id>', 'member'
  data            jsonb not null default '{}'
);
create index event_time on aiguillage.event (occurred_at);
create index event_conversation on aiguillage.event (conversation_id, seq);
-- What one person has given back today, and how often a conversation was set aside.
create index event_released on aiguillage.event (actor, occurred_at) where type = 'conversation.released';
-- One person's own acts, and which template a reply was made from.
create index event_own on aiguillage.event (actor, occurred_at)
  where type in ('conversation.claimed', 'conversation.motif_confirmed');
create index event_template on aiguillage.event (occurred_at)
  where type in ('delivery.queued', 'delivery.sent', 'request.answered') and data ? 'template';
create index event_message on aiguillage.event (message_id, type);
-- What a sending that reached nobody had stopped.
create index event_resumed on aiguillage.event ((data ->> 'delivery')) where type = 'request.resumed';
-- What people said about the machine's decisions: training reads these few among millions (store/corrections.ts).
create index event_judgement on aiguillage.event (conversation_id, seq)
  where type in ('conversation.motif_confirmed', 'conversation.flag_added', 'conversation.flag_removed');

-- Open and past clocks, one per incoming human message; a projection of the event log for claims and warnings.
create table aiguillage.request (
  message_id      uuid primary key references aiguillage.message,
  conversation_id uuid not null references aiguillage.conversation,
  life_id         uuid,                    -- whose life tells it in the figure, when people have joined or split since
  policy          text not null,
  headline        text not null check (headline in ('elapsed', 'working')),
  started_at      timestamptz not null,
  due_elapsed_at  timestamptz not null,
  due_working_at  timestamptz not null,
  -- the deadline of the policy's promise: warnings and breaches are about this one
  due_at          timestamptz not null
                  generated always as (case headline when 'working' then due_working_at else due_elapsed_at end) stored,
  warn_at         timestamptz not null,
  legal_due_at    timestamptz,
  stopped_at      timestamptz,
  stopped_by      text,
  warned_at       timestamptz,
  breached_at     timestamptz
);
create index request_open on aiguillage.request (due_elapsed_at) where stopped_at is null;
create index request_conversation on aiguillage.request (conversation_id) where stopped_at is null;
create index request_warn on aiguillage.request (warn_at) where stopped_at is null and warned_at is null;
-- One person's own answers.
create index request_stopped on aiguillage.request (stopped_by, stopped_at) where stopped_by is not null;
create index request_breach on aiguillage.request (due_at) where stopped_at is null and breached_at is null;

-- Two conversations of one person made one, and what came from where: separating them is exact.
create table aiguillage.conversation_join (
  id        uuid primary key,
  kept      uuid not null references aiguillage.conversation,
  joined    uuid not null references aiguillage.conversation,
  reason    text,                          -- two addresses of one person: why we think so
  status    text not null,                 -- of the joined one, before
  messages  uuid[] not null,
  tasks     uuid[] not null,
  joined_by uuid not null,
  joined_at timestamptz not null,
  undone_by uuid,
  undone_at timestamptz
);
create unique index conversation_join_open on aiguillage.conversation_join (joined) where undone_at is null;
create index conversation_join_kept on aiguillage.conversation_join (kept) where undone_at is null;

-- Counters of a local day; locked while a place of a partner's quota is taken.
create table aiguillage.queue_day (
  queue    text not null,
  day      date not null,
  arrivals integer not null default 0,
  handed   integer not null default 0,     -- less those recalled
  -- arrivals that overtake the others: P0, P1, a delay fixed by law
  passing  integer not null default 0,
  primary key (queue, day)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Overflow contracts (docs/overflow.md). The terms are in the rulebook; here is what happens under them.
-- The memory of the hysteresis: are mails of this promise (a policy of sla.yaml) being handed to this pool?
create table aiguillage.overflow_state (
  pool       text not null,
  policy     text not null,
  active     boolean not null,
  changed_at timestamptz not null,
  primary key (pool, policy)
);

-- The stop button of each contract; read in the transaction of every hand-over. Its history is in the audit.
create table aiguillage.overflow_stop (
  pool       text primary key,
  reason     text not null check (reason in
               ('quality', 'convention', 'pool_closed', 'pool_overloaded', 'enough_capacity', 'incident', 'other', 'silent')),
  call_back  boolean not null default false,  -- what nobody has taken comes back
  stopped_by uuid,                            -- null: the machine, for a pool that was silent
  stopped_at timestamptz not null,
  until      timestamptz                      -- null: until somebody resumes it
);

-- What a pass over waiting work was given and what it moved, for a replay (law 4). Ids and figures only.
create table aiguillage.overflow_pass (
  id              uuid primary key,
  at              timestamptz not null,
  kind            text not null check (kind in ('rebalance', 'recall')),
  queue           text not null,           -- source queue, or the pool that is called back
  rulebook_digest text not null,
  engine          text not null,
  given           jsonb not null,
  moved           jsonb not null
);
create index overflow_pass_newest on aiguillage.overflow_pass (queue, at);

-- Answers of pools, and which of them are read again. Nobody's name: people are not ranked.
create table aiguillage.pool_answer (
  message_id      uuid primary key references aiguillage.message,
  conversation_id uuid not null references aiguillage.conversation,
  pool            text not null,
  answered_at     timestamptz not null,
  sampled         boolean not null,
  verdict         text check (verdict in ('good', 'to_improve', 'wrong')),
  read_by         uuid,
  read_at         timestamptz
);
create index pool_answer_day on aiguillage.pool_answer (pool, answered_at);
create index pool_answer_open on aiguillage.pool_answer (answered_at) where sampled and verdict is null;
create index message_answered on aiguillage.message (received_at) where direction = 'outgoing';
-- When did anybody of a pool last take work; what went there and came back.
create index event_claimed on aiguillage.event ((data ->> 'queue'), seq) where type = 'conversation.claimed';
create index event_pool on aiguillage.event ((data ->> 'pool'), seq)
  where type in ('overflow.handed', 'overflow.recalled');

-- ---------------------------------------------------------------------------------------------------------------------
-- Sendings (law 7): at most one acceptance per row.
create table aiguillage.delivery (
  id              uuid primary key,
  conversation_id uuid not null references aiguillage.conversation,
  message_id      uuid references aiguillage.message,     -- the outgoing message it carries
  kind            text not null check (kind in ('ack', 'reply', 'notice', 'alert')),
  via             text not null default 'smtp' check (via in ('smtp', 'account-api', 'portal')),
  status          text not null check (status in ('pending', 'sending', 'sent', 'failed', 'ambiguous', 'cancelled', 'held')),
  -- last SMTP phase reached: '' connect, 'rcpt', 'data', 'accepted'
  phase           text not null default '',
  rev             integer not null default 0,
  attempts        smallint not null default 0,
  not_before      timestamptz not null,
  mailbox         text not null,
  to_name         text not null default '',
  to_address      text not null,
  subject         text not null,
  body            text not null,
  message_id_header text not null unique,
  in_reply_to     text not null default '',
  refs            text[] not null default '{}',
  in_response_to  uuid references aiguillage.message,     -- the incoming message that caused it
  response        text,                                   -- server's last line, masked
  proof           text,                                   -- portal replies: what the agent recorded
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  sent_at         timestamptz,
  asked           uuid[] not null default '{}',           -- messages whose clock ran when a person wrote it
  answered_at     timestamptz,                            -- one that had failed: when a person had it sent again
  returned_at     timestamptz                             -- it left and came back (a bounce): nobody was told by it
);
create index delivery_due on aiguillage.delivery (status, not_before) where status in ('pending', 'sending');
-- what waits for a person: the list a supervisor reads every few seconds
create index delivery_unsettled on aiguillage.delivery (updated_at) where status in ('failed', 'ambiguous');
create index delivery_conversation on aiguillage.delivery (conversation_id, created_at);
create index delivery_portal on aiguillage.delivery (updated_at) where via = 'account-api';
-- one acknowledgment per incoming message, whatever is replayed
create unique index delivery_one_ack on aiguillage.delivery (in_response_to) where kind = 'ack';

-- Échéances: dated work given to a pôle beside an answer.
create table aiguillage.task (
  id              uuid primary key,
  conversation_id uuid not null references aiguillage.conversation,
  pole            text not null,
  action          text not null,
  due_on          date not null,
  owner           uuid,
  status          text not null default 'open' check (status in ('open', 'done')),
  created_by      uuid,                          -- null: the pipeline itself, e.g. an answer that came back
  created_at      timestamptz not null,
  done_at         timestamptz,
  done_by         uuid,
  -- a task ends only with a notice to the member; this is the sending that carries it
  notice_delivery uuid references aiguillage.delivery
);
create index task_open on aiguillage.task (pole, due_on) where status = 'open';

-- ---------------------------------------------------------------------------------------------------------------------
-- People.
create table aiguillage.agent (
  id            uuid primary key,
  login         text not null unique,
  display_name  text not null,
  role          text not null check (role in ('agent', 'referent', 'supervisor', 'partner', 'administrator', 'auditor')),
  queues        text[] not null default '{}',   -- desk queues this person answers; empty = none
  pool          text,                           -- partner agents: the only queue they see
  password_hash text not null,
  disabled      boolean not null default false,
  skills        text[] not null default '{}',   -- motifs or pôles whose expert mail this level-1 person may answer
  -- a newcomer: so many replies are still to be read before they are sent; 0 for everybody else
  replies_to_read smallint not null default 0 check (replies_to_read >= 0),
  created_at    timestamptz not null
);

create table aiguillage.session (
  id_hash      bytea primary key,               -- sha-256 of the cookie value
  agent_id     uuid not null references aiguillage.agent,
  csrf_hash    bytea not null,
  via          text not null default 'local' check (via in ('local', 'oidc')),
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null
);

-- Who an account is at the site's OpenID provider. An address or a login never ties two of them together.
create table aiguillage.agent_identity (
  issuer       text not null,
  subject      text not null,
  agent_id     uuid not null unique references aiguillage.agent,
  created_at   timestamptz not null,
  primary key (issuer, subject)
);

-- A sign-in on its way through the provider: taken out by the first answer, so none is good twice. Minutes old at most.
create table aiguillage.sign_in_flow (
  id_hash      bytea primary key,               -- sha-256 of the cookie value; state, nonce and verifier follow from it
  place        text not null,                   -- where to go afterwards: the page's own address after #
  old_session  bytea,                           -- session the browser carried, ended by the sign-in
  expires_at   timestamptz not null
);
create index sign_in_flow_old on aiguillage.sign_in_flow (expires_at);

create table aiguillage.login_attempt (
  login      text not null,                     -- hash of what was typed (people type passwords there), or of an address
  at         timestamptz not null,
  ok         boolean not null
);
create index login_attempt_recent on aiguillage.login_attempt (login, at);

-- What was answered to a request that carried an Idempotency-Key: a second click or a retry sends nothing twice.
create table aiguillage.idempotency (
  agent_id        uuid not null references aiguillage.agent,
  key             text not null,
  conversation_id uuid not null references aiguillage.conversation,
  request_hash    bytea not null,
  answer          jsonb not null,               -- ids and statuses only
  created_at      timestamptz not null,
  primary key (agent_id, key)
);
create index idempotency_old on aiguillage.idempotency (created_at);

-- What somebody is writing and has not sent: a closed tab or a lost connection loses nothing. One a person and conversation.
create table aiguillage.draft (
  conversation_id uuid not null references aiguillage.conversation,
  agent_id        uuid not null references aiguillage.agent,
  reply_type      text not null,
  subject         text,
  body            text not null,
  template        text,
  updated_at      timestamptz not null,
  -- Another with every saving: whoever writes over a text they have not seen is told.
  rev             uuid not null default gen_random_uuid(),
  primary key (conversation_id, agent_id)
);
create index draft_old on aiguillage.draft (updated_at);

-- ---------------------------------------------------------------------------------------------------------------------
-- The desk's day (docs/order-of-work.md): order of work, presence, reviews, alerts.
-- How many were given out of each side of a queue while both waited: the memory of the split, one row a local day.
create table aiguillage.order_day (
  queue text not null,
  day   date not null,
  stock integer not null default 0,
  flux  integer not null default 0,
  primary key (queue, day)
);

-- Series: some of one motif, one after the other, in one person's hands. Whoever holds a conversation says the rest.
create table aiguillage.desk_series (
  id         uuid primary key,
  agent_id   uuid not null references aiguillage.agent,
  queue      text not null,
  motif      text not null,
  started_at timestamptz not null,
  ended_at   timestamptz
);
create unique index desk_series_open on aiguillage.desk_series (agent_id) where ended_at is null;
create table aiguillage.desk_series_item (
  series_id       uuid not null references aiguillage.desk_series on delete cascade,
  n               smallint not null,
  conversation_id uuid not null references aiguillage.conversation,
  primary key (series_id, n)
);

-- Who answers which channel, by half-day. Without a row the usual channel of presence.yaml stands.
create table aiguillage.presence (
  agent_id uuid not null references aiguillage.agent,
  day      date not null,
  half     text not null check (half in ('am', 'pm')),
  channel  text not null check (channel in ('courriel', 'telephone', 'accueil', 'absent')),
  skills   text[],                              -- for this half-day only; null: those of the account
  set_by   uuid not null,
  set_at   timestamptz not null,
  primary key (agent_id, day, half)
);
create index presence_day on aiguillage.presence (day, half);

-- A site that closes at short notice (snow, a breakdown): less capacity, and never a later deadline.
create table aiguillage.site_closure (
  calendar text not null,
  day      date not null,
  half     text not null check (half in ('am', 'pm')),
  set_by   uuid not null,
  set_at   timestamptz not null,
  primary key (calendar, day, half)
);

-- A transfer to a pôle that waits for, or had, its review. What is told of reviews is computed from their events.
create table aiguillage.review (
  id              uuid primary key,
  seq             bigint generated always as identity,  -- which came last, also within one instant
  conversation_id uuid not null references aiguillage.conversation,
  queue           text not null,               -- the review queue
  wanted          text not null,               -- the pôle
  origin          text not null check (origin in ('machine', 'agent', 'refusal')),
  rule            text not null,
  motif           text,
  opened_at       timestamptz not null,
  -- those it is not offered to: who asked for it, who gave it back
  declined_by     uuid[] not null default '{}',
  outcome         text check (outcome in ('approved', 'returned', 'remotived', 'timed_out', 'moved')),
  reason          text,
  hint            text,                        -- a référent's words to a colleague; never in an event, a log or a metric
  decided_by      uuid,
  decided_at      timestamptz,
  pole_answer     text check (pole_answer in ('accepted', 'refused')),
  pole_reason     text,
  pole_by         uuid,
  pole_at         timestamptz
);
create unique index review_open on aiguillage.review (conversation_id) where outcome is null;
create index review_waiting on aiguillage.review (opened_at) where outcome is null;
create index review_of on aiguillage.review (conversation_id, seq);
create index event_review on aiguillage.event (occurred_at) where type = 'review.opened';

-- Machine routes that no review sees, drawn by hash to be read afterwards.
create table aiguillage.direct_sample (
  message_id      uuid primary key references aiguillage.message,
  conversation_id uuid not null references aiguillage.conversation,
  queue           text not null,
  rule            text not null,
  motif           text,
  sampled_at      timestamptz not null,
  verdict         text check (verdict in ('right', 'wrong_queue', 'wrong_motif')),
  read_by         uuid,
  read_at         timestamptz
);
create index direct_sample_open on aiguillage.direct_sample (sampled_at) where verdict is null;

-- Replies of newcomers, read by a référent before anything leaves (docs/second-reading.md). The row with no outcome that
-- its conversation names in `reading` waits; what was written and what left are both kept, so that its author sees the difference.
create table aiguillage.reply_reading (
  id              uuid primary key,
  conversation_id uuid not null references aiguillage.conversation,
  author          uuid not null references aiguillage.agent,
  answered        uuid not null references aiguillage.message,  -- the incoming message it answers
  reply_type      text not null,
  subject         text,
  body            text not null,
  template        text,
  pieces_due_on   date,
  held_at         timestamptz not null,
  late_at         timestamptz,                 -- nobody read it in time: told to the référents
  outcome         text check (outcome in ('sent', 'edited', 'returned', 'withdrawn', 'overtaken')),
  remark          text,                        -- a référent's words to the author; never in an event, a log or a metric
  sent_body       text,                        -- as it left, when the reader changed it
  read_by         uuid,
  ended_at        timestamptz,
  message_id      uuid references aiguillage.message,
  delivery_id     uuid references aiguillage.delivery
);
create index reply_reading_open on aiguillage.reply_reading (held_at) where outcome is null;
create index reply_reading_of on aiguillage.reply_reading (conversation_id, held_at);
create index reply_reading_author on aiguillage.reply_reading (author, held_at);
create index reply_reading_sending on aiguillage.reply_reading (delivery_id) where delivery_id is not null;

-- Replies of everybody else, drawn by hash to be read after they left. No author: this judges texts, and ranks nobody.
create table aiguillage.reply_sample (
  message_id      uuid primary key references aiguillage.message,
  conversation_id uuid not null references aiguillage.conversation,
  queue           text not null,
  motif           text,
  answered_at     timestamptz not null,
  verdict         text check (verdict in ('good', 'to_improve', 'wrong')),
  read_by         uuid,
  read_at         timestamptz
);
create index reply_sample_open on aiguillage.reply_sample (answered_at) where verdict is null;
create index reply_sample_day on aiguillage.reply_sample (answered_at);

-- A P0 rings the persons on duty until somebody acknowledges it.
create table aiguillage.alert (
  id              uuid primary key,
  conversation_id uuid not null references aiguillage.conversation,
  message_id      uuid,
  flag            text not null,
  raised_at       timestamptz not null,
  line            jsonb not null,              -- who is called, step by step, as rota.yaml said at that moment
  step            smallint not null default 0,
  next_at         timestamptz,                 -- when the next in line is called; null: everybody was
  acked_at        timestamptz,
  acked_by        uuid,
  how             text check (how in ('acknowledged', 'taken', 'answered'))
);
create unique index alert_open on aiguillage.alert (conversation_id) where acked_at is null;
create index alert_due on aiguillage.alert (next_at) where acked_at is null;
create index alert_newest on aiguillage.alert (raised_at);
create table aiguillage.alert_ring (
  alert_id uuid not null references aiguillage.alert,
  step     smallint not null,
  rung_at  timestamptz not null,
  called   uuid[] not null,                    -- accounts
  mails    smallint not null default 0,        -- alert mails queued beside
  primary key (alert_id, step)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- The bot channel (docs/bot.md). Secrets of keys stand in the environment, never here.
create table aiguillage.bot_conversation (
  id               uuid primary key,
  portal           text not null,             -- of connections.yaml; a key sees the talks of its portal only
  account          text not null,             -- the portal's own name of the member's account
  member           jsonb not null,            -- name and NIR as the account knows them
  mode             text not null check (mode in ('embedded', 'external')),
  state            jsonb not null,            -- BotState of domain/bot/state.ts: no word of the member
  status           text not null check (status in ('open', 'offered', 'accepted', 'handed', 'silenced', 'closed')),
  last_activity_at timestamptz not null,
  answer_due_at    timestamptz,               -- an external bot still owes its answer; past this the request has failed
  entries          integer not null default 0,
  handover_message uuid references aiguillage.message,
  conversation_id  uuid references aiguillage.conversation,
  created_at       timestamptz not null
);
create index bot_conversation_live on aiguillage.bot_conversation (last_activity_at) where status in ('open', 'offered');
create index bot_conversation_owed on aiguillage.bot_conversation (answer_due_at) where answer_due_at is not null;
create index bot_conversation_handed on aiguillage.bot_conversation (conversation_id);
create unique index bot_conversation_message on aiguillage.bot_conversation (handover_message);
create index bot_conversation_old on aiguillage.bot_conversation (last_activity_at)
  where handover_message is null and status in ('open', 'offered', 'closed');

-- What was asked and what was answered, in order; the answer is kept as it left, so that a repeat gets the same bytes.
create table aiguillage.bot_turn (
  id                  uuid primary key,
  bot_conversation_id uuid not null references aiguillage.bot_conversation,
  n                   integer not null,
  what                text not null check (what in ('start', 'turn', 'answer', 'accept', 'decline', 'close')),
  turn                integer not null,
  at                  timestamptz not null,
  text                text not null default '',
  button              text,
  kind                text,
  motif               text,
  reply               text,
  message_id          uuid references aiguillage.message,
  portal              text not null,
  idem_key            text not null,
  request_hash        bytea not null,
  answer              text not null,
  unique (bot_conversation_id, n),
  unique (portal, idem_key)
);
create index bot_turn_message on aiguillage.bot_turn (message_id) where message_id is not null;
create index bot_turn_at on aiguillage.bot_turn (at);

-- What each key may still ask (a bucket that fills with time), and the nonces it has used.
create table aiguillage.bot_key (
  id          text primary key,
  portal      text not null,
  tokens      double precision not null,
  refilled_at timestamptz not null
);
create table aiguillage.bot_nonce (
  key_id     text not null,
  nonce      text not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);
create index bot_nonce_old on aiguillage.bot_nonce (expires_at);
-- The report of the bot reads these alone.
create index event_bot on aiguillage.event (occurred_at) where type like 'bot.%';

-- ---------------------------------------------------------------------------------------------------------------------
-- The figure (docs/figure.md), told once: every verdict a request ever had, and the dates of figures it is true at.
-- Derived from the event log alone and rebuilt from it at any time; nothing else is ever written here.
create table aiguillage.figure_request (
  life           uuid not null,                -- conversation, or the mail in quarantine without one
  message_id     uuid not null,
  -- dates of figures that take all that is known today; and of those that take what was recorded by their date
  now_from       timestamptz not null,
  now_until      timestamptz not null,
  then_from      timestamptz not null,
  then_until     timestamptz not null,
  started_at     timestamptz not null,
  day            integer not null,             -- of arrival in Europe/Paris, counted from 1970
  due_elapsed_at timestamptz not null,
  due_working_at timestamptz not null,
  legal_due_at   timestamptz,
  stopped_at     timestamptz,                  -- null while the clock runs
  repeat_at      timestamptz,
  elapsed_ms     bigint,                       -- from start to stop on each clock
  working_ms     bigint,
  ended          text collate "C",
  reply          text collate "C",
  calendar       text collate "C" not null,                -- zone|alsace_moselle: the working days it is judged by
  mailbox        text collate "C" not null,
  level          text collate "C",
  motif          text collate "C",
  motif_parent   text collate "C",
  queue          text collate "C",
  pool           text collate "C",
  confirmed      boolean not null,
  seen           boolean not null,
  transferred    boolean not null,
  handed         boolean not null,
  recalled       boolean not null
) partition by range (now_until);
-- What holds for good, and what held for a while: a figure of today reads the first alone.
create table aiguillage.figure_request_last partition of aiguillage.figure_request for values from ('infinity') to (maxvalue);
create table aiguillage.figure_request_past partition of aiguillage.figure_request for values from (minvalue) to ('infinity');
create index figure_request_life on aiguillage.figure_request (life);
create index figure_request_start on aiguillage.figure_request (started_at);
create index figure_request_past_now on aiguillage.figure_request_past (now_until);
create index figure_request_past_then on aiguillage.figure_request_past (then_until);
-- Lives with events that are not told yet. Written beside each event, so that none can be missed.
create table aiguillage.figure_dirty (
  id   bigint generated always as identity primary key,
  life uuid not null
);
-- One row: who tells lives holds it.
create table aiguillage.figure_state (
  one boolean primary key default true check (one)
);
insert into aiguillage.figure_state default values;
create function aiguillage.figure_touch() returns trigger language plpgsql as $$
begin
  insert into aiguillage.figure_dirty (life)
  select distinct coalesce(conversation_id, message_id) from fresh
  where coalesce(conversation_id, message_id) is not null and type in ('request.received', 'request.answered',
    'request.closed', 'request.resumed', 'request.repeated', 'request.placed', 'conversation.claimed', 'conversation.read',
    'conversation.reopened', 'conversation.routed', 'conversation.transferred', 'conversation.motif_confirmed',
    'review.approved', 'review.returned', 'review.remotived', 'overflow.handed', 'overflow.recalled');
  return null;
end $$;
create trigger event_figure after insert on aiguillage.event
  referencing new table as fresh for each statement execute function aiguillage.figure_touch();
-- Mails counted in quarantine, before they had a conversation.
create index event_uncounted on aiguillage.event (message_id) where conversation_id is null and type = 'request.received';
create index event_organisation on aiguillage.event (occurred_at) where type = 'organisation.declared';

-- ---------------------------------------------------------------------------------------------------------------------
-- Quality (docs/figure.md): what the machine said of a mail first and what people said of a conversation last, kept narrow
-- so that four months are one scan. Written by a trigger in the event's own transaction, from the event alone; `report
-- retell` makes both anew.
create table aiguillage.quality_decision (
  message_id      uuid primary key,
  conversation_id uuid not null,
  at              timestamptz not null,
  abstained       boolean not null,
  queue           text collate "C" not null,
  flags           text[] not null
);
create index quality_decision_at on aiguillage.quality_decision (at);
create index quality_decision_flagged on aiguillage.quality_decision (at) where flags <> '{}';
create index quality_decision_of on aiguillage.quality_decision (conversation_id) where flags <> '{}';
create table aiguillage.quality_motif (
  conversation_id uuid primary key,
  seq             bigint not null,             -- of the event
  at              timestamptz not null,
  abstained       boolean not null,
  guessed         text collate "C",            -- what the machine thought, null where it had no idea
  given           text collate "C" not null
);
create index quality_motif_at on aiguillage.quality_motif (at);
create index event_flagging on aiguillage.event (occurred_at)
  where type in ('conversation.flag_added', 'conversation.flag_removed');
-- As its owner: whoever writes the event, a partner too, needs no right to these tables.
create function aiguillage.quality_note() returns trigger language plpgsql security definer
  set search_path = pg_catalog as $$
begin
  -- Most events are neither.
  if exists (select from fresh where type = 'conversation.decided') then
    insert into aiguillage.quality_decision (message_id, conversation_id, at, abstained, queue, flags)
    select distinct on (message_id) message_id, conversation_id, occurred_at, coalesce((data ->> 'abstained')::boolean, false),
      coalesce(data ->> 'queue', ''), array(select jsonb_array_elements_text(coalesce(data -> 'flags', '[]')))
    from fresh where type = 'conversation.decided' and message_id is not null and conversation_id is not null
    order by message_id, seq on conflict (message_id) do nothing;
  end if;
  if exists (select from fresh where type = 'conversation.motif_confirmed') then
    insert into aiguillage.quality_motif (conversation_id, seq, at, abstained, guessed, given)
    select distinct on (conversation_id) conversation_id, seq, occurred_at, coalesce((data ->> 'abstained')::boolean, false),
      data ->> 'guessed', data ->> 'to'
    from fresh where type = 'conversation.motif_confirmed' and conversation_id is not null and data ->> 'to' is not null
    order by conversation_id, seq desc
    on conflict (conversation_id) do update set seq = excluded.seq, at = excluded.at, abstained = excluded.abstained,
      guessed = excluded.guessed, given = excluded.given where quality_motif.seq < excluded.seq;
  end if;
  return null;
end $$;
create trigger event_quality after insert on aiguillage.event
  referencing new table as fresh for each statement execute function aiguillage.quality_note();

-- ---------------------------------------------------------------------------------------------------------------------
-- Waves (docs/waves.md): many people write the same. Ids, figures, words that at least three people wrote, and what a
-- supervisor wrote for all; no text of a mail.
create table aiguillage.wave (
  id          uuid primary key,
  status      text not null check (status in ('proposed', 'active', 'dismissed', 'ended')),
  words       text[] not null,
  signature   jsonb not null,              -- what its mails have in common (classifiers/topics/waves.ts)
  people      integer not null,            -- when it was found, and the usual number at that hour of that weekday
  usual       double precision not null,
  since       timestamptz not null,        -- its mails are looked for from here on
  found_at    timestamptz not null,
  -- mails that came before it was found are compared up to here; later ones join as they are dispatched
  gathered_to timestamptz not null,
  gathered_id uuid not null,
  label       text,
  ends_at     timestamptz,
  template    text,
  sentence    text,                        -- in the acknowledgment
  bot_answer  text,
  motif       text,
  phrases     text[] not null default '{}',
  decided_by  uuid,                        -- who named or dismissed it; null: it lapsed
  decided_at  timestamptz,
  reason      text,                        -- of a dismissal
  ended_by    uuid,                        -- null: at its date
  ended_at    timestamptz,
  check (status not in ('active', 'ended') or (label is not null and ends_at is not null))
);
create index wave_open on aiguillage.wave (found_at) where status in ('proposed', 'active');
create index wave_newest on aiguillage.wave (found_at);
create table aiguillage.wave_member (
  wave_id         uuid not null references aiguillage.wave,
  conversation_id uuid not null references aiguillage.conversation,
  message_id      uuid not null references aiguillage.message,
  similarity      double precision not null,
  how             text not null check (how in ('found', 'gathered', 'joined')),
  added_at        timestamptz not null,
  primary key (wave_id, conversation_id)
);
create index wave_member_of on aiguillage.wave_member (conversation_id);
-- When the last search ran, so that one process does it, and what it read.
create table aiguillage.wave_scan (
  one        boolean primary key default true check (one),
  scanned_at timestamptz not null,
  mails      integer not null default 0,
  share      double precision not null default 1,
  found      integer not null default 0
);

-- One answer to many, approved by a person who saw the list: individual sendings, each once.
create table aiguillage.group_reply (
  id             uuid primary key,
  wave_id        uuid not null references aiguillage.wave,
  agent_id       uuid not null references aiguillage.agent,
  digest         text not null,            -- of the list and the words that were approved
  template       text not null,
  subject        text not null,
  body           text not null,            -- of the template, before it is filled
  motif          text,                     -- whose links it takes; null: each mail's own
  similarity_min double precision not null,
  undo_ms        integer not null,
  approved_at    timestamptz not null,
  finished_at    timestamptz
);
create index group_reply_open on aiguillage.group_reply (approved_at) where finished_at is null;
create index group_reply_of on aiguillage.group_reply (wave_id, approved_at);
create table aiguillage.group_reply_item (
  group_id        uuid not null references aiguillage.group_reply,
  n               integer not null,
  conversation_id uuid not null references aiguillage.conversation,
  message_id      uuid not null references aiguillage.message,
  status          text not null check (status in ('pending', 'sent', 'skipped')),
  reason          text,
  delivery_id     uuid references aiguillage.delivery,
  done_at         timestamptz,
  primary key (group_id, n),
  -- nothing is answered without its own sending
  check ((status = 'sent') = (delivery_id is not null))
);
create unique index group_reply_pending on aiguillage.group_reply_item (conversation_id) where status = 'pending';

-- ---------------------------------------------------------------------------------------------------------------------
-- Append-only audit (law 13). Ids and digests only.
create table aiguillage.audit (
  seq     bigint generated always as identity primary key,
  at      timestamptz not null,
  actor   text not null,
  action  text not null,
  subject text not null,
  data    jsonb not null default '{}'
);

create index audit_at on aiguillage.audit (at, seq);
create index audit_actor on aiguillage.audit (actor, at, seq);
create index audit_subject on aiguillage.audit (subject, at, seq);

-- The chain (docs/audit.md). Rows commit in another order than they are numbered: a seal has a number of its own, without
-- gaps, and names the row it seals.
create table aiguillage.audit_seal (
  seq    bigint primary key,
  event  bigint not null unique references aiguillage.audit,
  digest bytea not null,                       -- of the row
  prev   bytea not null,                       -- hash of the seal before
  hash   bytea not null
);
-- Rows that wait for their seal, written with them: exactly what is committed and not sealed.
create table aiguillage.audit_unsealed (
  event bigint primary key references aiguillage.audit
);
create function aiguillage.audit_note() returns trigger language plpgsql security definer
  set search_path = pg_catalog as $$
begin
  insert into aiguillage.audit_unsealed (event) select seq from fresh;
  return null;
end $$;
create trigger audit_unsealed after insert on aiguillage.audit
  referencing new table as fresh for each statement execute function aiguillage.audit_note();

-- ---------------------------------------------------------------------------------------------------------------------
-- Two roles are the second wall behind the code (law 9). The login role must be a member of both.
do $$
begin
  if not exists (select from pg_roles where rolname = 'aiguillage_app') then
    create role aiguillage_app nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'aiguillage_partner') then
    create role aiguillage_partner nologin;
  end if;
  -- Who creates a role is not a member of it: without this the login could not take it (PostgreSQL 15 and newer).
  if not pg_has_role(current_user, 'aiguillage_app', 'member') or not pg_has_role(current_user, 'aiguillage_partner', 'member') then
    execute format('grant aiguillage_app, aiguillage_partner to %I', current_user);
  end if;
end $$;

grant usage on schema aiguillage to aiguillage_app, aiguillage_partner;
grant select, insert, update, delete on all tables in schema aiguillage to aiguillage_app;
grant usage on all sequences in schema aiguillage to aiguillage_app, aiguillage_partner;
-- What is appended is never changed by the application.
revoke update, delete on aiguillage.event, aiguillage.audit, aiguillage.audit_seal, aiguillage.ledger,
  aiguillage.rulebook, aiguillage.rulebook_history, aiguillage.rulebook_simulation, aiguillage.rulebook_proposal,
  aiguillage.model, aiguillage.raw_mail, aiguillage.raw_chunk, aiguillage.overflow_pass, aiguillage.bot_turn
  from aiguillage_app;
-- What waits for its seal comes from the trigger alone, and is taken away by the sealer.
revoke insert, update on aiguillage.audit_unsealed from aiguillage_app;
-- Retention takes whole passes and talks away (store/purge-overflow.ts, purge-talks.ts); nothing changes one.
grant delete on aiguillage.overflow_pass, aiguillage.bot_turn to aiguillage_app;
grant update (figures) on aiguillage.model to aiguillage_app;
grant update (outcome, message_id, server_action, sha256, size, internal_date) on aiguillage.ledger to aiguillage_app;
-- A decision is appended at triage and completed once, at dispatch, with the load it saw.
revoke update, delete on aiguillage.decision from aiguillage_app;
grant update (load, routed) on aiguillage.decision to aiguillage_app;

-- A partner sees what was handed to its pool, never medical-service items.
grant select on aiguillage.conversation, aiguillage.message, aiguillage.request, aiguillage.delivery, aiguillage.task,
  aiguillage.rulebook_active, aiguillage.rulebook, aiguillage.agent, aiguillage.session,
  aiguillage.raw_mail, aiguillage.raw_chunk, aiguillage.mailbox, aiguillage.sender to aiguillage_partner;
-- Not `inputs`: they name the motifs of the same person's other conversations.
grant select (id, conversation_id, message_id, made_at, rulebook_digest, model_digest, engine, outcome, trace, evidence,
  load, routed) on aiguillage.decision to aiguillage_partner;
grant update (status, queue, holder, held_until, closing_code, waiting_until, motif_confirmed, confirmed_by, rev, updated_at,
  due_elapsed_at, due_working_at, legal_due_at, due_at, open_since, handed_at, urgency,
  given_back) on aiguillage.conversation to aiguillage_partner;
grant update (stopped_at, stopped_by) on aiguillage.request to aiguillage_partner;
-- « Annuler l'envoi »: a partner takes its own reply back while it waits.
grant update (status, updated_at) on aiguillage.delivery to aiguillage_partner;
grant insert on aiguillage.message, aiguillage.delivery, aiguillage.event, aiguillage.audit to aiguillage_partner;

alter table aiguillage.conversation enable row level security;
create policy app_all on aiguillage.conversation to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.conversation for select to aiguillage_partner
  using (not restricted and queue = current_setting('aiguillage.pool', true) and queue <> '');
create policy partner_write on aiguillage.conversation for update to aiguillage_partner
  using (not restricted and queue = current_setting('aiguillage.pool', true)) with check (true);

alter table aiguillage.message enable row level security;
create policy app_all on aiguillage.message to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.message for select to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));
create policy partner_add on aiguillage.message for insert to aiguillage_partner
  with check (direction = 'outgoing' and exists (select 1 from aiguillage.conversation c where c.id = conversation_id));

alter table aiguillage.request enable row level security;
create policy app_all on aiguillage.request to aiguillage_app using (true) with check (true);
create policy partner_all on aiguillage.request to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id)) with check (true);

alter table aiguillage.delivery enable row level security;
create policy app_all on aiguillage.delivery to aiguillage_app using (true) with check (true);
create policy partner_all on aiguillage.delivery to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id))
  with check (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));
-- A partner may take its own reply back before it leaves, and change nothing else about a sending.
grant update (status, updated_at) on aiguillage.delivery to aiguillage_partner;
create policy partner_cancel on aiguillage.delivery as restrictive for update to aiguillage_partner
  using (status in ('pending', 'held')) with check (status = 'cancelled');

alter table aiguillage.task enable row level security;
create policy app_all on aiguillage.task to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.task for select to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));

alter table aiguillage.decision enable row level security;
create policy app_all on aiguillage.decision to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.decision for select to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));

alter table aiguillage.raw_mail enable row level security;
create policy app_all on aiguillage.raw_mail to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.raw_mail for select to aiguillage_partner
  using (exists (select 1 from aiguillage.message m where m.sha256 = raw_mail.sha256));
alter table aiguillage.raw_chunk enable row level security;
create policy app_all on aiguillage.raw_chunk to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.raw_chunk for select to aiguillage_partner
  using (exists (select 1 from aiguillage.message m where m.sha256 = raw_chunk.sha256));

-- Anything else (other people's accounts, sessions, senders) is read by the app role on a partner's behalf, never by it.
alter table aiguillage.sender enable row level security;
create policy app_all on aiguillage.sender to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.sender for select to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.sender_key = sender.key));
-- A claim locks the sender, so that two agents never share out one person's conversations; nothing is ever written.
grant update (last_ack_at) on aiguillage.sender to aiguillage_partner;
create policy partner_lock on aiguillage.sender for update to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.sender_key = sender.key)) with check (false);

-- Its events make figures old, whoever writes them.
grant insert on aiguillage.figure_dirty to aiguillage_partner;
alter table aiguillage.figure_dirty enable row level security;
create policy app_all on aiguillage.figure_dirty to aiguillage_app using (true) with check (true);
create policy partner_add on aiguillage.figure_dirty for insert to aiguillage_partner with check (true);

-- The order of work holds in a pool as well: it counts what it gives out.
grant select, insert, update on aiguillage.order_day to aiguillage_partner;
alter table aiguillage.order_day enable row level security;
create policy app_all on aiguillage.order_day to aiguillage_app using (true) with check (true);
create policy partner_own on aiguillage.order_day to aiguillage_partner
  using (queue = current_setting('aiguillage.pool', true)) with check (queue = current_setting('aiguillage.pool', true));

-- A partner reads how its own contract stands (GET /api/overflow/mine), and nothing of another pool.
grant select (queue, day, handed) on aiguillage.queue_day to aiguillage_partner;
alter table aiguillage.queue_day enable row level security;
create policy app_all on aiguillage.queue_day to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.queue_day for select to aiguillage_partner
  using (queue = current_setting('aiguillage.pool', true));
grant select (pool, until) on aiguillage.overflow_stop to aiguillage_partner;
alter table aiguillage.overflow_stop enable row level security;
create policy app_all on aiguillage.overflow_stop to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.overflow_stop for select to aiguillage_partner
  using (pool = current_setting('aiguillage.pool', true));
grant select (pool, answered_at, sampled, verdict) on aiguillage.pool_answer to aiguillage_partner;
alter table aiguillage.pool_answer enable row level security;
create policy app_all on aiguillage.pool_answer to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.pool_answer for select to aiguillage_partner
  using (pool = current_setting('aiguillage.pool', true));
-- Of the log: when its work was handed over and came back. Not who did it, nor to which conversation.
grant select (seq, type, occurred_at, data) on aiguillage.event to aiguillage_partner;
alter table aiguillage.event enable row level security;
create policy app_all on aiguillage.event to aiguillage_app using (true) with check (true);
create policy partner_add on aiguillage.event for insert to aiguillage_partner with check (true);
create policy partner_read on aiguillage.event for select to aiguillage_partner
  using (type in ('overflow.handed', 'overflow.recalled') and data ->> 'pool' = current_setting('aiguillage.pool', true));

grant select, insert on aiguillage.idempotency to aiguillage_partner;
alter table aiguillage.idempotency enable row level security;
create policy app_all on aiguillage.idempotency to aiguillage_app using (true) with check (true);
create policy partner_own on aiguillage.idempotency to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id))
  with check (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));
-- The talk behind a conversation that was handed over; not who the account belongs to, nor what was answered by machine keys.
grant select (id, portal, mode, state, status, handover_message, conversation_id, created_at)
  on aiguillage.bot_conversation to aiguillage_partner;
grant select (id, bot_conversation_id, n, what, turn, at, text, button, kind, motif, reply)
  on aiguillage.bot_turn to aiguillage_partner;
alter table aiguillage.bot_conversation enable row level security;
create policy app_all on aiguillage.bot_conversation to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.bot_conversation for select to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));
alter table aiguillage.bot_turn enable row level security;
create policy app_all on aiguillage.bot_turn to aiguillage_app using (true) with check (true);
create policy partner_read on aiguillage.bot_turn for select to aiguillage_partner
  using (exists (select 1 from aiguillage.bot_conversation b where b.id = bot_conversation_id));

-- Whose it is, the code asks; the wall says where.
grant select, insert, update, delete on aiguillage.draft to aiguillage_partner;
alter table aiguillage.draft enable row level security;
create policy app_all on aiguillage.draft to aiguillage_app using (true) with check (true);
create policy partner_own on aiguillage.draft to aiguillage_partner
  using (exists (select 1 from aiguillage.conversation c where c.id = conversation_id))
  with check (exists (select 1 from aiguillage.conversation c where c.id = conversation_id));
revoke select on aiguillage.agent, aiguillage.session from aiguillage_partner;
