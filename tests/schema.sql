table agent
  id uuid not null
  login text not null
  display_name text not null
  role text not null
  queues text[] not null default '{}'::text[]
  pool text
  password_hash text not null
  disabled boolean not null default false
  skills text[] not null default '{}'::text[]
  replies_to_read smallint not null default 0
  created_at timestamp with time zone not null

table agent_identity
  issuer text not null
  subject text not null
  agent_id uuid not null
  created_at timestamp with time zone not null

table alert
  id uuid not null
  conversation_id uuid not null
  message_id uuid
  flag text not null
  raised_at timestamp with time zone not null
  line jsonb not null
  step smallint not null default 0
  next_at timestamp with time zone
  acked_at timestamp with time zone
  acked_by uuid
  how text

table alert_ring
  alert_id uuid not null
  step smallint not null
  rung_at timestamp with time zone not null
  called uuid[] not null
  mails smallint not null default 0

table audit
  seq bigint not null
  at timestamp with time zone not null
  actor text not null
  action text not null
  subject text not null
  data jsonb not null default '{}'::jsonb

table audit_seal
  seq bigint not null
  event bigint not null
  digest bytea not null
  prev bytea not null
  hash bytea not null

table audit_unsealed
  event bigint not null

table bot_conversation
  id uuid not null
  portal text not null
  account text not null
  member jsonb not null
  mode text not null
  state jsonb not null
  status text not null
  last_activity_at timestamp with time zone not null
  answer_due_at timestamp with time zone
  entries integer not null default 0
  handover_message uuid
  conversation_id uuid
  created_at timestamp with time zone not null

table bot_key
  id text not null
  portal text not null
  tokens double precision not null
  refilled_at timestamp with time zone not null

table bot_nonce
  key_id text not null
  nonce text not null
  expires_at timestamp with time zone not null

table bot_turn
  id uuid not null
  bot_conversation_id uuid not null
  n integer not null
  what text not null
  turn integer not null
  at timestamp with time zone not null
  text text not null default ''::text
  button text
  kind text
  motif text
  reply text
  message_id uuid
  portal text not null
  idem_key text not null
  request_hash bytea not null
  answer text not null

table conversation
  id uuid not null
  ref text not null
  mailbox text not null
  channel text not null default 'mail'::text
  sender_key text not null
  sender_name text not null default ''::text
  subject text not null default ''::text
  status text not null
  queue text not null
  level text not null
  motif text
  motif_confirmed text
  confirmed_by uuid
  abstained boolean not null default false
  flags text[] not null default '{}'::text[]
  urgency smallint not null default 3
  restricted boolean not null default false
  due_elapsed_at timestamp with time zone
  due_working_at timestamp with time zone
  legal_due_at timestamp with time zone
  due_at timestamp with time zone
  open_since timestamp with time zone
  first_received_at timestamp with time zone not null
  last_received_at timestamp with time zone not null
  holder uuid
  held_until timestamp with time zone
  closing_code text
  waiting_until timestamp with time zone
  pool_hops smallint not null default 0
  handed_at timestamp with time zone
  suggested_link uuid
  joined_to uuid
  snoozed_until timestamp with time zone
  snoozed_by uuid
  snooze_reason text
  reading uuid
  given_back smallint not null default 0
  rev integer not null default 0
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null

table conversation_join
  id uuid not null
  kept uuid not null
  joined uuid not null
  reason text
  status text not null
  messages uuid[] not null
  tasks uuid[] not null
  joined_by uuid not null
  joined_at timestamp with time zone not null
  undone_by uuid
  undone_at timestamp with time zone

table decision
  id uuid not null
  conversation_id uuid not null
  message_id uuid not null
  made_at timestamp with time zone not null
  rulebook_digest text not null
  model_digest text not null
  engine text not null
  outcome jsonb not null
  trace jsonb not null
  evidence jsonb not null
  inputs jsonb
  load jsonb
  routed jsonb

table delivery
  id uuid not null
  conversation_id uuid not null
  message_id uuid
  kind text not null
  via text not null default 'smtp'::text
  status text not null
  phase text not null default ''::text
  rev integer not null default 0
  attempts smallint not null default 0
  not_before timestamp with time zone not null
  mailbox text not null
  to_name text not null default ''::text
  to_address text not null
  subject text not null
  body text not null
  message_id_header text not null
  in_reply_to text not null default ''::text
  refs text[] not null default '{}'::text[]
  in_response_to uuid
  response text
  proof text
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  sent_at timestamp with time zone
  asked uuid[] not null default '{}'::uuid[]
  answered_at timestamp with time zone
  returned_at timestamp with time zone

table desk_series
  id uuid not null
  agent_id uuid not null
  queue text not null
  motif text not null
  started_at timestamp with time zone not null
  ended_at timestamp with time zone

table desk_series_item
  series_id uuid not null
  n smallint not null
  conversation_id uuid not null

table direct_sample
  message_id uuid not null
  conversation_id uuid not null
  queue text not null
  rule text not null
  motif text
  sampled_at timestamp with time zone not null
  verdict text
  read_by uuid
  read_at timestamp with time zone

table draft
  conversation_id uuid not null
  agent_id uuid not null
  reply_type text not null
  subject text
  body text not null
  template text
  updated_at timestamp with time zone not null
  rev uuid not null default gen_random_uuid()

table event
  seq bigint not null
  type text not null
  occurred_at timestamp with time zone not null
  recorded_at timestamp with time zone not null
  conversation_id uuid
  message_id uuid
  actor text not null
  data jsonb not null default '{}'::jsonb

table figure_dirty
  id bigint not null
  life uuid not null

table figure_request_last
  life uuid not null
  message_id uuid not null
  now_from timestamp with time zone not null
  now_until timestamp with time zone not null
  then_from timestamp with time zone not null
  then_until timestamp with time zone not null
  started_at timestamp with time zone not null
  day integer not null
  due_elapsed_at timestamp with time zone not null
  due_working_at timestamp with time zone not null
  legal_due_at timestamp with time zone
  stopped_at timestamp with time zone
  repeat_at timestamp with time zone
  elapsed_ms bigint
  working_ms bigint
  ended text
  reply text
  calendar text not null
  mailbox text not null
  level text
  motif text
  motif_parent text
  queue text
  pool text
  confirmed boolean not null
  seen boolean not null
  transferred boolean not null
  handed boolean not null
  recalled boolean not null

table figure_request_past
  life uuid not null
  message_id uuid not null
  now_from timestamp with time zone not null
  now_until timestamp with time zone not null
  then_from timestamp with time zone not null
  then_until timestamp with time zone not null
  started_at timestamp with time zone not null
  day integer not null
  due_elapsed_at timestamp with time zone not null
  due_working_at timestamp with time zone not null
  legal_due_at timestamp with time zone
  stopped_at timestamp with time zone
  repeat_at timestamp with time zone
  elapsed_ms bigint
  working_ms bigint
  ended text
  reply text
  calendar text not null
  mailbox text not null
  level text
  motif text
  motif_parent text
  queue text
  pool text
  confirmed boolean not null
  seen boolean not null
  transferred boolean not null
  handed boolean not null
  recalled boolean not null

table figure_state
  one boolean not null default true

table folder_cursor
  mailbox text not null
  folder text not null
  uidvalidity bigint not null
  last_uid bigint not null default 0
  current boolean not null default true
  updated_at timestamp with time zone not null

table group_reply
  id uuid not null
  wave_id uuid not null
  agent_id uuid not null
  digest text not null
  template text not null
  subject text not null
  body text not null
  motif text
  similarity_min double precision not null
  undo_ms integer not null
  approved_at timestamp with time zone not null
  finished_at timestamp with time zone

table group_reply_item
  group_id uuid not null
  n integer not null
  conversation_id uuid not null
  message_id uuid not null
  status text not null
  reason text
  delivery_id uuid
  done_at timestamp with time zone

table idempotency
  agent_id uuid not null
  key text not null
  conversation_id uuid not null
  request_hash bytea not null
  answer jsonb not null
  created_at timestamp with time zone not null

table lease
  name text not null
  holder text not null
  token bigint not null
  expires_at timestamp with time zone not null

table ledger
  mailbox text not null
  folder text not null
  uidvalidity bigint not null
  uid bigint not null
  sha256 bytea
  size bigint
  internal_date timestamp with time zone
  outcome text
  message_id uuid
  server_action text not null default ''::text
  recorded_at timestamp with time zone not null

table login_attempt
  login text not null
  at timestamp with time zone not null
  ok boolean not null

table mailbox
  id text not null
  mode text not null default 'observe'::text
  last_synced_at timestamp with time zone
  last_error text
  last_error_at timestamp with time zone

table message
  id uuid not null
  conversation_id uuid
  direction text not null
  origin text not null default 'imap'::text
  mailbox text not null
  sha256 bytea
  status text not null
  rev integer not null default 0
  starts smallint not null default 0
  urgent_hint boolean not null default false
  received_at timestamp with time zone not null
  ingested_at timestamp with time zone not null
  outcome text
  duplicate_of uuid
  from_address text not null default ''::text
  from_name text not null default ''::text
  to_addresses text[] not null default '{}'::text[]
  cc_addresses text[] not null default '{}'::text[]
  reply_to text not null default ''::text
  subject text not null default ''::text
  body text not null default ''::text
  quoted text not null default ''::text
  signature text not null default ''::text
  attachments jsonb not null default '[]'::jsonb
  headers jsonb not null default '{}'::jsonb
  message_id_hash bytea
  message_id text not null default ''::text
  in_reply_to text not null default ''::text
  refs text[] not null default '{}'::text[]
  content_hash bytea
  automated_reason text
  parse_problem text
  author uuid
  reply_type text

table migration
  name text not null
  digest text not null
  applied_at timestamp with time zone not null default now()

table model
  digest text not null
  kind text not null
  corpus_digest text not null
  corrections integer not null default 0
  figures jsonb
  created_at timestamp with time zone not null
  created_by text not null
  bytes bytea not null

table model_active
  one boolean not null default true
  digest text not null
  rev integer not null
  activated_at timestamp with time zone not null
  activated_by text not null

table order_day
  queue text not null
  day date not null
  stock integer not null default 0
  flux integer not null default 0

table overflow_pass
  id uuid not null
  at timestamp with time zone not null
  kind text not null
  queue text not null
  rulebook_digest text not null
  engine text not null
  given jsonb not null
  moved jsonb not null

table overflow_state
  pool text not null
  policy text not null
  active boolean not null
  changed_at timestamp with time zone not null

table overflow_stop
  pool text not null
  reason text not null
  call_back boolean not null default false
  stopped_by uuid
  stopped_at timestamp with time zone not null
  until timestamp with time zone

table pool_answer
  message_id uuid not null
  conversation_id uuid not null
  pool text not null
  answered_at timestamp with time zone not null
  sampled boolean not null
  verdict text
  read_by uuid
  read_at timestamp with time zone

table presence
  agent_id uuid not null
  day date not null
  half text not null
  channel text not null
  skills text[]
  set_by uuid not null
  set_at timestamp with time zone not null

table quality_decision
  message_id uuid not null
  conversation_id uuid not null
  at timestamp with time zone not null
  abstained boolean not null
  queue text not null
  flags text[] not null

table quality_motif
  conversation_id uuid not null
  seq bigint not null
  at timestamp with time zone not null
  abstained boolean not null
  guessed text
  given text not null

table quarantine
  id uuid not null
  mailbox text not null
  folder text not null
  uidvalidity bigint not null
  uid bigint not null
  message_id uuid
  sha256 bytea
  size bigint
  reason text not null
  created_at timestamp with time zone not null
  counted_at timestamp with time zone
  replayed_at timestamp with time zone
  replayed_by text

table queue_day
  queue text not null
  day date not null
  arrivals integer not null default 0
  handed integer not null default 0
  passing integer not null default 0

table raw_chunk
  sha256 bytea not null
  n integer not null
  data bytea not null

table raw_mail
  sha256 bytea not null
  size bigint not null
  encoding text not null default 'deflate'::text
  created_at timestamp with time zone not null

table reply_reading
  id uuid not null
  conversation_id uuid not null
  author uuid not null
  answered uuid not null
  reply_type text not null
  subject text
  body text not null
  template text
  pieces_due_on date
  held_at timestamp with time zone not null
  late_at timestamp with time zone
  outcome text
  remark text
  sent_body text
  read_by uuid
  ended_at timestamp with time zone
  message_id uuid
  delivery_id uuid

table reply_sample
  message_id uuid not null
  conversation_id uuid not null
  queue text not null
  motif text
  answered_at timestamp with time zone not null
  verdict text
  read_by uuid
  read_at timestamp with time zone

table request
  message_id uuid not null
  conversation_id uuid not null
  life_id uuid
  policy text not null
  headline text not null
  started_at timestamp with time zone not null
  due_elapsed_at timestamp with time zone not null
  due_working_at timestamp with time zone not null
  due_at timestamp with time zone not null default 
CASE headline
    WHEN 'working'::text THEN due_working_at
    ELSE due_elapsed_at
END
  warn_at timestamp with time zone not null
  legal_due_at timestamp with time zone
  stopped_at timestamp with time zone
  stopped_by text
  warned_at timestamp with time zone
  breached_at timestamp with time zone

table review
  id uuid not null
  seq bigint not null
  conversation_id uuid not null
  queue text not null
  wanted text not null
  origin text not null
  rule text not null
  motif text
  opened_at timestamp with time zone not null
  declined_by uuid[] not null default '{}'::uuid[]
  outcome text
  reason text
  hint text
  decided_by uuid
  decided_at timestamp with time zone
  pole_answer text
  pole_reason text
  pole_by uuid
  pole_at timestamp with time zone

table rulebook
  digest text not null
  files jsonb not null
  created_at timestamp with time zone not null
  created_by text not null

table rulebook_active
  one boolean not null default true
  digest text not null
  rev integer not null
  activated_at timestamp with time zone not null

table rulebook_history
  id uuid not null
  digest text not null
  activated_at timestamp with time zone not null
  activated_by text not null
  rev integer not null
  how text not null
  from_digest text
  simulation uuid
  reason text not null default ''::text

table rulebook_proposal
  id uuid not null
  digest text not null
  source text not null
  outcome text not null
  problems jsonb not null default '[]'::jsonb
  gone text[] not null default '{}'::text[]
  proposed_at timestamp with time zone not null
  proposed_by text not null

table rulebook_simulation
  id uuid not null
  digest text not null
  baseline text not null
  model_digest text not null
  simulated_at timestamp with time zone not null
  simulated_by text not null
  mails integer not null
  moved integer not null

table sender
  key text not null
  first_seen_at timestamp with time zone not null
  last_ack_at timestamp with time zone

table session
  id_hash bytea not null
  agent_id uuid not null
  csrf_hash bytea not null
  via text not null default 'local'::text
  created_at timestamp with time zone not null
  last_seen_at timestamp with time zone not null
  expires_at timestamp with time zone not null

table sign_in_flow
  id_hash bytea not null
  place text not null
  old_session bytea
  expires_at timestamp with time zone not null

table site_closure
  calendar text not null
  day date not null
  half text not null
  set_by uuid not null
  set_at timestamp with time zone not null

table task
  id uuid not null
  conversation_id uuid not null
  pole text not null
  action text not null
  due_on date not null
  owner uuid
  status text not null default 'open'::text
  created_by uuid
  created_at timestamp with time zone not null
  done_at timestamp with time zone
  done_by uuid
  notice_delivery uuid

table wave
  id uuid not null
  status text not null
  words text[] not null
  signature jsonb not null
  people integer not null
  usual double precision not null
  since timestamp with time zone not null
  found_at timestamp with time zone not null
  gathered_to timestamp with time zone not null
  gathered_id uuid not null
  label text
  ends_at timestamp with time zone
  template text
  sentence text
  bot_answer text
  motif text
  phrases text[] not null default '{}'::text[]
  decided_by uuid
  decided_at timestamp with time zone
  reason text
  ended_by uuid
  ended_at timestamp with time zone

table wave_member
  wave_id uuid not null
  conversation_id uuid not null
  message_id uuid not null
  similarity double precision not null
  how text not null
  added_at timestamp with time zone not null

table wave_scan
  one boolean not null default true
  scanned_at timestamp with time zone not null
  mails integer not null default 0
  share double precision not null default 1
  found integer not null default 0

constraints
  agent: CHECK ((replies_to_read >= 0))
  agent: CHECK ((role = ANY (ARRAY['agent'::text, 'referent'::text, 'supervisor'::text, 'partner'::text, 'administrator'::text, 'auditor'::text])))
  agent: PRIMARY KEY (id)
  agent: UNIQUE (login)
  agent_identity: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  agent_identity: PRIMARY KEY (issuer, subject)
  agent_identity: UNIQUE (agent_id)
  alert: CHECK ((how = ANY (ARRAY['acknowledged'::text, 'taken'::text, 'answered'::text])))
  alert: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  alert: PRIMARY KEY (id)
  alert_ring: FOREIGN KEY (alert_id) REFERENCES aiguillage.alert(id)
  alert_ring: PRIMARY KEY (alert_id, step)
  audit: PRIMARY KEY (seq)
  audit_seal: FOREIGN KEY (event) REFERENCES aiguillage.audit(seq)
  audit_seal: PRIMARY KEY (seq)
  audit_seal: UNIQUE (event)
  audit_unsealed: FOREIGN KEY (event) REFERENCES aiguillage.audit(seq)
  audit_unsealed: PRIMARY KEY (event)
  bot_conversation: CHECK ((mode = ANY (ARRAY['embedded'::text, 'external'::text])))
  bot_conversation: CHECK ((status = ANY (ARRAY['open'::text, 'offered'::text, 'accepted'::text, 'handed'::text, 'silenced'::text, 'closed'::text])))
  bot_conversation: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  bot_conversation: FOREIGN KEY (handover_message) REFERENCES aiguillage.message(id)
  bot_conversation: PRIMARY KEY (id)
  bot_key: PRIMARY KEY (id)
  bot_nonce: PRIMARY KEY (key_id, nonce)
  bot_turn: CHECK ((what = ANY (ARRAY['start'::text, 'turn'::text, 'answer'::text, 'accept'::text, 'decline'::text, 'close'::text])))
  bot_turn: FOREIGN KEY (bot_conversation_id) REFERENCES aiguillage.bot_conversation(id)
  bot_turn: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  bot_turn: PRIMARY KEY (id)
  bot_turn: UNIQUE (bot_conversation_id, n)
  bot_turn: UNIQUE (portal, idem_key)
  conversation: CHECK ((channel = ANY (ARRAY['mail'::text, 'bot'::text])))
  conversation: CHECK ((level = ANY (ARRAY['n1'::text, 'expert'::text])))
  conversation: CHECK ((status = ANY (ARRAY['queued'::text, 'assigned'::text, 'waiting'::text, 'answered'::text, 'closed'::text])))
  conversation: FOREIGN KEY (joined_to) REFERENCES aiguillage.conversation(id)
  conversation: FOREIGN KEY (sender_key) REFERENCES aiguillage.sender(key)
  conversation: PRIMARY KEY (id)
  conversation: UNIQUE (ref)
  conversation_join: FOREIGN KEY (joined) REFERENCES aiguillage.conversation(id)
  conversation_join: FOREIGN KEY (kept) REFERENCES aiguillage.conversation(id)
  conversation_join: PRIMARY KEY (id)
  decision: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  decision: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  decision: PRIMARY KEY (id)
  delivery: CHECK ((kind = ANY (ARRAY['ack'::text, 'reply'::text, 'notice'::text, 'alert'::text])))
  delivery: CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'ambiguous'::text, 'cancelled'::text, 'held'::text])))
  delivery: CHECK ((via = ANY (ARRAY['smtp'::text, 'account-api'::text, 'portal'::text])))
  delivery: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  delivery: FOREIGN KEY (in_response_to) REFERENCES aiguillage.message(id)
  delivery: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  delivery: PRIMARY KEY (id)
  delivery: UNIQUE (message_id_header)
  desk_series: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  desk_series: PRIMARY KEY (id)
  desk_series_item: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  desk_series_item: FOREIGN KEY (series_id) REFERENCES aiguillage.desk_series(id) ON DELETE CASCADE
  desk_series_item: PRIMARY KEY (series_id, n)
  direct_sample: CHECK ((verdict = ANY (ARRAY['right'::text, 'wrong_queue'::text, 'wrong_motif'::text])))
  direct_sample: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  direct_sample: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  direct_sample: PRIMARY KEY (message_id)
  draft: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  draft: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  draft: PRIMARY KEY (conversation_id, agent_id)
  event: PRIMARY KEY (seq)
  figure_dirty: PRIMARY KEY (id)
  figure_state: CHECK (one)
  figure_state: PRIMARY KEY (one)
  folder_cursor: PRIMARY KEY (mailbox, folder, uidvalidity)
  group_reply: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  group_reply: FOREIGN KEY (wave_id) REFERENCES aiguillage.wave(id)
  group_reply: PRIMARY KEY (id)
  group_reply_item: CHECK (((status = 'sent'::text) = (delivery_id IS NOT NULL)))
  group_reply_item: CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'skipped'::text])))
  group_reply_item: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  group_reply_item: FOREIGN KEY (delivery_id) REFERENCES aiguillage.delivery(id)
  group_reply_item: FOREIGN KEY (group_id) REFERENCES aiguillage.group_reply(id)
  group_reply_item: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  group_reply_item: PRIMARY KEY (group_id, n)
  idempotency: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  idempotency: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  idempotency: PRIMARY KEY (agent_id, key)
  lease: PRIMARY KEY (name)
  ledger: CHECK ((outcome = ANY (ARRAY['conversation'::text, 'joined'::text, 'duplicate'::text, 'automated'::text, 'bounce'::text, 'quarantined'::text, 'vanished'::text])))
  ledger: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  ledger: PRIMARY KEY (mailbox, folder, uidvalidity, uid)
  mailbox: CHECK ((mode = ANY (ARRAY['observe'::text, 'live'::text])))
  mailbox: PRIMARY KEY (id)
  message: CHECK ((direction = ANY (ARRAY['incoming'::text, 'outgoing'::text])))
  message: CHECK ((origin = ANY (ARRAY['imap'::text, 'import'::text, 'bot'::text, 'desk'::text])))
  message: CHECK ((outcome = ANY (ARRAY['conversation'::text, 'joined'::text, 'duplicate'::text, 'automated'::text, 'bounce'::text, 'quarantined'::text, 'vanished'::text])))
  message: CHECK ((status = ANY (ARRAY['received'::text, 'parsed'::text, 'decided'::text, 'dispatched'::text, 'stuck'::text, 'sent'::text])))
  message: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  message: FOREIGN KEY (duplicate_of) REFERENCES aiguillage.message(id)
  message: FOREIGN KEY (sha256) REFERENCES aiguillage.raw_mail(sha256)
  message: PRIMARY KEY (id)
  migration: PRIMARY KEY (name)
  model: PRIMARY KEY (digest)
  model_active: CHECK (one)
  model_active: FOREIGN KEY (digest) REFERENCES aiguillage.model(digest)
  model_active: PRIMARY KEY (one)
  order_day: PRIMARY KEY (queue, day)
  overflow_pass: CHECK ((kind = ANY (ARRAY['rebalance'::text, 'recall'::text])))
  overflow_pass: PRIMARY KEY (id)
  overflow_state: PRIMARY KEY (pool, policy)
  overflow_stop: CHECK ((reason = ANY (ARRAY['quality'::text, 'convention'::text, 'pool_closed'::text, 'pool_overloaded'::text, 'enough_capacity'::text, 'incident'::text, 'other'::text, 'silent'::text])))
  overflow_stop: PRIMARY KEY (pool)
  pool_answer: CHECK ((verdict = ANY (ARRAY['good'::text, 'to_improve'::text, 'wrong'::text])))
  pool_answer: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  pool_answer: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  pool_answer: PRIMARY KEY (message_id)
  presence: CHECK ((channel = ANY (ARRAY['courriel'::text, 'telephone'::text, 'accueil'::text, 'absent'::text])))
  presence: CHECK ((half = ANY (ARRAY['am'::text, 'pm'::text])))
  presence: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  presence: PRIMARY KEY (agent_id, day, half)
  quality_decision: PRIMARY KEY (message_id)
  quality_motif: PRIMARY KEY (conversation_id)
  quarantine: CHECK ((reason = ANY (ARRAY['malware'::text, 'too-large'::text, 'process-deaths'::text])))
  quarantine: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  quarantine: PRIMARY KEY (id)
  queue_day: PRIMARY KEY (queue, day)
  raw_chunk: FOREIGN KEY (sha256) REFERENCES aiguillage.raw_mail(sha256) ON DELETE CASCADE
  raw_chunk: PRIMARY KEY (sha256, n)
  raw_mail: PRIMARY KEY (sha256)
  reply_reading: CHECK ((outcome = ANY (ARRAY['sent'::text, 'edited'::text, 'returned'::text, 'withdrawn'::text, 'overtaken'::text])))
  reply_reading: FOREIGN KEY (answered) REFERENCES aiguillage.message(id)
  reply_reading: FOREIGN KEY (author) REFERENCES aiguillage.agent(id)
  reply_reading: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  reply_reading: FOREIGN KEY (delivery_id) REFERENCES aiguillage.delivery(id)
  reply_reading: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  reply_reading: PRIMARY KEY (id)
  reply_sample: CHECK ((verdict = ANY (ARRAY['good'::text, 'to_improve'::text, 'wrong'::text])))
  reply_sample: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  reply_sample: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  reply_sample: PRIMARY KEY (message_id)
  request: CHECK ((headline = ANY (ARRAY['elapsed'::text, 'working'::text])))
  request: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  request: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  request: PRIMARY KEY (message_id)
  review: CHECK ((origin = ANY (ARRAY['machine'::text, 'agent'::text, 'refusal'::text])))
  review: CHECK ((outcome = ANY (ARRAY['approved'::text, 'returned'::text, 'remotived'::text, 'timed_out'::text, 'moved'::text])))
  review: CHECK ((pole_answer = ANY (ARRAY['accepted'::text, 'refused'::text])))
  review: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  review: PRIMARY KEY (id)
  rulebook: PRIMARY KEY (digest)
  rulebook_active: CHECK (one)
  rulebook_active: FOREIGN KEY (digest) REFERENCES aiguillage.rulebook(digest)
  rulebook_active: PRIMARY KEY (one)
  rulebook_history: CHECK ((how = ANY (ARRAY['seed'::text, 'auto'::text, 'apply'::text, 'rollback'::text])))
  rulebook_history: FOREIGN KEY (digest) REFERENCES aiguillage.rulebook(digest)
  rulebook_history: PRIMARY KEY (id)
  rulebook_proposal: CHECK ((outcome = ANY (ARRAY['candidate'::text, 'refused'::text])))
  rulebook_proposal: CHECK ((source = ANY (ARRAY['folder'::text, 'console'::text])))
  rulebook_proposal: PRIMARY KEY (id)
  rulebook_simulation: PRIMARY KEY (id)
  sender: PRIMARY KEY (key)
  session: CHECK ((via = ANY (ARRAY['local'::text, 'oidc'::text])))
  session: FOREIGN KEY (agent_id) REFERENCES aiguillage.agent(id)
  session: PRIMARY KEY (id_hash)
  sign_in_flow: PRIMARY KEY (id_hash)
  site_closure: CHECK ((half = ANY (ARRAY['am'::text, 'pm'::text])))
  site_closure: PRIMARY KEY (calendar, day, half)
  task: CHECK ((status = ANY (ARRAY['open'::text, 'done'::text])))
  task: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  task: FOREIGN KEY (notice_delivery) REFERENCES aiguillage.delivery(id)
  task: PRIMARY KEY (id)
  wave: CHECK (((status <> ALL (ARRAY['active'::text, 'ended'::text])) OR ((label IS NOT NULL) AND (ends_at IS NOT NULL))))
  wave: CHECK ((status = ANY (ARRAY['proposed'::text, 'active'::text, 'dismissed'::text, 'ended'::text])))
  wave: PRIMARY KEY (id)
  wave_member: CHECK ((how = ANY (ARRAY['found'::text, 'gathered'::text, 'joined'::text])))
  wave_member: FOREIGN KEY (conversation_id) REFERENCES aiguillage.conversation(id)
  wave_member: FOREIGN KEY (message_id) REFERENCES aiguillage.message(id)
  wave_member: FOREIGN KEY (wave_id) REFERENCES aiguillage.wave(id)
  wave_member: PRIMARY KEY (wave_id, conversation_id)
  wave_scan: CHECK (one)
  wave_scan: PRIMARY KEY (one)

indexes
  CREATE INDEX alert_due ON aiguillage.alert USING btree (next_at) WHERE (acked_at IS NULL)
  CREATE INDEX alert_newest ON aiguillage.alert USING btree (raised_at)
  CREATE INDEX audit_actor ON aiguillage.audit USING btree (actor, at, seq)
  CREATE INDEX audit_at ON aiguillage.audit USING btree (at, seq)
  CREATE INDEX audit_subject ON aiguillage.audit USING btree (subject, at, seq)
  CREATE INDEX bot_conversation_handed ON aiguillage.bot_conversation USING btree (conversation_id)
  CREATE INDEX bot_conversation_live ON aiguillage.bot_conversation USING btree (last_activity_at) WHERE (status = ANY (ARRAY['open'::text, 'offered'::text]))
  CREATE INDEX bot_conversation_old ON aiguillage.bot_conversation USING btree (last_activity_at) WHERE ((handover_message IS NULL) AND (status = ANY (ARRAY['open'::text, 'offered'::text, 'closed'::text])))
  CREATE INDEX bot_conversation_owed ON aiguillage.bot_conversation USING btree (answer_due_at) WHERE (answer_due_at IS NOT NULL)
  CREATE INDEX bot_nonce_old ON aiguillage.bot_nonce USING btree (expires_at)
  CREATE INDEX bot_turn_at ON aiguillage.bot_turn USING btree (at)
  CREATE INDEX bot_turn_message ON aiguillage.bot_turn USING btree (message_id) WHERE (message_id IS NOT NULL)
  CREATE INDEX conversation_age ON aiguillage.conversation USING btree (queue, urgency, COALESCE(open_since, last_received_at), due_at) WHERE (status = 'queued'::text)
  CREATE INDEX conversation_aside ON aiguillage.conversation USING btree (snoozed_by, snoozed_until) WHERE (snoozed_by IS NOT NULL)
  CREATE INDEX conversation_due ON aiguillage.conversation USING btree (COALESCE(due_elapsed_at, 'infinity'::timestamp with time zone), id)
  CREATE INDEX conversation_held ON aiguillage.conversation USING btree (held_until) WHERE (status = 'assigned'::text)
  CREATE INDEX conversation_join_kept ON aiguillage.conversation_join USING btree (kept) WHERE (undone_at IS NULL)
  CREATE INDEX conversation_joined ON aiguillage.conversation USING btree (joined_to) WHERE (joined_to IS NOT NULL)
  CREATE INDEX conversation_legal ON aiguillage.conversation USING btree (queue, legal_due_at) WHERE ((status = 'queued'::text) AND (legal_due_at IS NOT NULL))
  CREATE INDEX conversation_open ON aiguillage.conversation USING btree (status, queue)
  CREATE INDEX conversation_promise ON aiguillage.conversation USING btree (queue, urgency, due_at) WHERE (status = 'queued'::text)
  CREATE INDEX conversation_received ON aiguillage.conversation USING btree (first_received_at)
  CREATE INDEX conversation_sender ON aiguillage.conversation USING btree (sender_key, last_received_at)
  CREATE INDEX conversation_turning ON aiguillage.conversation USING btree (given_back) WHERE (given_back > 0)
  CREATE INDEX conversation_words ON aiguillage.conversation USING gin (to_tsvector('simple'::regconfig, translate(lower(subject), 'àâäáãéèêëíîïìóôöòõúùûüçñÿ''’'::text, 'aaaaaeeeeiiiiooooouuuucny '::text)))
  CREATE INDEX conversation_work ON aiguillage.conversation USING btree (queue, urgency, due_elapsed_at) WHERE (status = 'queued'::text)
  CREATE INDEX decision_conversation ON aiguillage.decision USING btree (conversation_id, made_at)
  CREATE INDEX delivery_conversation ON aiguillage.delivery USING btree (conversation_id, created_at)
  CREATE INDEX delivery_due ON aiguillage.delivery USING btree (status, not_before) WHERE (status = ANY (ARRAY['pending'::text, 'sending'::text]))
  CREATE INDEX delivery_portal ON aiguillage.delivery USING btree (updated_at) WHERE (via = 'account-api'::text)
  CREATE INDEX delivery_unsettled ON aiguillage.delivery USING btree (updated_at) WHERE (status = ANY (ARRAY['failed'::text, 'ambiguous'::text]))
  CREATE INDEX direct_sample_open ON aiguillage.direct_sample USING btree (sampled_at) WHERE (verdict IS NULL)
  CREATE INDEX draft_old ON aiguillage.draft USING btree (updated_at)
  CREATE INDEX event_bot ON aiguillage.event USING btree (occurred_at) WHERE (type ~~ 'bot.%'::text)
  CREATE INDEX event_claimed ON aiguillage.event USING btree (((data ->> 'queue'::text)), seq) WHERE (type = 'conversation.claimed'::text)
  CREATE INDEX event_conversation ON aiguillage.event USING btree (conversation_id, seq)
  CREATE INDEX event_flagging ON aiguillage.event USING btree (occurred_at) WHERE (type = ANY (ARRAY['conversation.flag_added'::text, 'conversation.flag_removed'::text]))
  CREATE INDEX event_judgement ON aiguillage.event USING btree (conversation_id, seq) WHERE (type = ANY (ARRAY['conversation.motif_confirmed'::text, 'conversation.flag_added'::text, 'conversation.flag_removed'::text]))
  CREATE INDEX event_message ON aiguillage.event USING btree (message_id, type)
  CREATE INDEX event_organisation ON aiguillage.event USING btree (occurred_at) WHERE (type = 'organisation.declared'::text)
  CREATE INDEX event_own ON aiguillage.event USING btree (actor, occurred_at) WHERE (type = ANY (ARRAY['conversation.claimed'::text, 'conversation.motif_confirmed'::text]))
  CREATE INDEX event_pool ON aiguillage.event USING btree (((data ->> 'pool'::text)), seq) WHERE (type = ANY (ARRAY['overflow.handed'::text, 'overflow.recalled'::text]))
  CREATE INDEX event_released ON aiguillage.event USING btree (actor, occurred_at) WHERE (type = 'conversation.released'::text)
  CREATE INDEX event_resumed ON aiguillage.event USING btree (((data ->> 'delivery'::text))) WHERE (type = 'request.resumed'::text)
  CREATE INDEX event_review ON aiguillage.event USING btree (occurred_at) WHERE (type = 'review.opened'::text)
  CREATE INDEX event_template ON aiguillage.event USING btree (occurred_at) WHERE ((type = ANY (ARRAY['delivery.queued'::text, 'delivery.sent'::text, 'request.answered'::text])) AND (data ? 'template'::text))
  CREATE INDEX event_time ON aiguillage.event USING btree (occurred_at)
  CREATE INDEX event_uncounted ON aiguillage.event USING btree (message_id) WHERE ((conversation_id IS NULL) AND (type = 'request.received'::text))
  CREATE INDEX figure_request_last_life_idx ON aiguillage.figure_request_last USING btree (life)
  CREATE INDEX figure_request_last_started_at_idx ON aiguillage.figure_request_last USING btree (started_at)
  CREATE INDEX figure_request_life ON ONLY aiguillage.figure_request USING btree (life)
  CREATE INDEX figure_request_past_life_idx ON aiguillage.figure_request_past USING btree (life)
  CREATE INDEX figure_request_past_now ON aiguillage.figure_request_past USING btree (now_until)
  CREATE INDEX figure_request_past_started_at_idx ON aiguillage.figure_request_past USING btree (started_at)
  CREATE INDEX figure_request_past_then ON aiguillage.figure_request_past USING btree (then_until)
  CREATE INDEX figure_request_start ON ONLY aiguillage.figure_request USING btree (started_at)
  CREATE INDEX group_reply_of ON aiguillage.group_reply USING btree (wave_id, approved_at)
  CREATE INDEX group_reply_open ON aiguillage.group_reply USING btree (approved_at) WHERE (finished_at IS NULL)
  CREATE INDEX idempotency_old ON aiguillage.idempotency USING btree (created_at)
  CREATE INDEX ledger_content ON aiguillage.ledger USING btree (mailbox, sha256)
  CREATE INDEX ledger_message ON aiguillage.ledger USING btree (message_id)
  CREATE INDEX ledger_pending ON aiguillage.ledger USING btree (recorded_at) WHERE (outcome IS NULL)
  CREATE INDEX ledger_server ON aiguillage.ledger USING btree (mailbox, folder) WHERE (server_action <> ''::text)
  CREATE INDEX login_attempt_recent ON aiguillage.login_attempt USING btree (login, at)
  CREATE INDEX message_answered ON aiguillage.message USING btree (received_at) WHERE (direction = 'outgoing'::text)
  CREATE INDEX message_content ON aiguillage.message USING btree (content_hash)
  CREATE INDEX message_conversation ON aiguillage.message USING btree (conversation_id, received_at)
  CREATE INDEX message_mid ON aiguillage.message USING btree (message_id_hash)
  CREATE INDEX message_pending ON aiguillage.message USING btree (status, ingested_at) WHERE (status = ANY (ARRAY['received'::text, 'parsed'::text, 'decided'::text]))
  CREATE INDEX message_raw ON aiguillage.message USING btree (sha256)
  CREATE INDEX message_received ON aiguillage.message USING btree (received_at) WHERE (outcome = ANY (ARRAY['conversation'::text, 'joined'::text]))
  CREATE INDEX overflow_pass_newest ON aiguillage.overflow_pass USING btree (queue, at)
  CREATE INDEX pool_answer_day ON aiguillage.pool_answer USING btree (pool, answered_at)
  CREATE INDEX pool_answer_open ON aiguillage.pool_answer USING btree (answered_at) WHERE (sampled AND (verdict IS NULL))
  CREATE INDEX presence_day ON aiguillage.presence USING btree (day, half)
  CREATE INDEX quality_decision_at ON aiguillage.quality_decision USING btree (at)
  CREATE INDEX quality_decision_flagged ON aiguillage.quality_decision USING btree (at) WHERE (flags <> '{}'::text[])
  CREATE INDEX quality_decision_of ON aiguillage.quality_decision USING btree (conversation_id) WHERE (flags <> '{}'::text[])
  CREATE INDEX quality_motif_at ON aiguillage.quality_motif USING btree (at)
  CREATE INDEX quarantine_uncounted ON aiguillage.quarantine USING btree (created_at) WHERE (counted_at IS NULL)
  CREATE INDEX reply_reading_author ON aiguillage.reply_reading USING btree (author, held_at)
  CREATE INDEX reply_reading_of ON aiguillage.reply_reading USING btree (conversation_id, held_at)
  CREATE INDEX reply_reading_open ON aiguillage.reply_reading USING btree (held_at) WHERE (outcome IS NULL)
  CREATE INDEX reply_reading_sending ON aiguillage.reply_reading USING btree (delivery_id) WHERE (delivery_id IS NOT NULL)
  CREATE INDEX reply_sample_day ON aiguillage.reply_sample USING btree (answered_at)
  CREATE INDEX reply_sample_open ON aiguillage.reply_sample USING btree (answered_at) WHERE (verdict IS NULL)
  CREATE INDEX request_breach ON aiguillage.request USING btree (due_at) WHERE ((stopped_at IS NULL) AND (breached_at IS NULL))
  CREATE INDEX request_conversation ON aiguillage.request USING btree (conversation_id) WHERE (stopped_at IS NULL)
  CREATE INDEX request_open ON aiguillage.request USING btree (due_elapsed_at) WHERE (stopped_at IS NULL)
  CREATE INDEX request_stopped ON aiguillage.request USING btree (stopped_by, stopped_at) WHERE (stopped_by IS NOT NULL)
  CREATE INDEX request_warn ON aiguillage.request USING btree (warn_at) WHERE ((stopped_at IS NULL) AND (warned_at IS NULL))
  CREATE INDEX review_of ON aiguillage.review USING btree (conversation_id, seq)
  CREATE INDEX review_waiting ON aiguillage.review USING btree (opened_at) WHERE (outcome IS NULL)
  CREATE INDEX rulebook_proposal_newest ON aiguillage.rulebook_proposal USING btree (proposed_at)
  CREATE INDEX rulebook_simulation_of ON aiguillage.rulebook_simulation USING btree (digest, baseline)
  CREATE INDEX sign_in_flow_old ON aiguillage.sign_in_flow USING btree (expires_at)
  CREATE INDEX task_open ON aiguillage.task USING btree (pole, due_on) WHERE (status = 'open'::text)
  CREATE INDEX wave_member_of ON aiguillage.wave_member USING btree (conversation_id)
  CREATE INDEX wave_newest ON aiguillage.wave USING btree (found_at)
  CREATE INDEX wave_open ON aiguillage.wave USING btree (found_at) WHERE (status = ANY (ARRAY['proposed'::text, 'active'::text]))
  CREATE UNIQUE INDEX agent_identity_agent_id_key ON aiguillage.agent_identity USING btree (agent_id)
  CREATE UNIQUE INDEX agent_identity_pkey ON aiguillage.agent_identity USING btree (issuer, subject)
  CREATE UNIQUE INDEX agent_login_key ON aiguillage.agent USING btree (login)
  CREATE UNIQUE INDEX agent_pkey ON aiguillage.agent USING btree (id)
  CREATE UNIQUE INDEX alert_open ON aiguillage.alert USING btree (conversation_id) WHERE (acked_at IS NULL)
  CREATE UNIQUE INDEX alert_pkey ON aiguillage.alert USING btree (id)
  CREATE UNIQUE INDEX alert_ring_pkey ON aiguillage.alert_ring USING btree (alert_id, step)
  CREATE UNIQUE INDEX audit_pkey ON aiguillage.audit USING btree (seq)
  CREATE UNIQUE INDEX audit_seal_event_key ON aiguillage.audit_seal USING btree (event)
  CREATE UNIQUE INDEX audit_seal_pkey ON aiguillage.audit_seal USING btree (seq)
  CREATE UNIQUE INDEX audit_unsealed_pkey ON aiguillage.audit_unsealed USING btree (event)
  CREATE UNIQUE INDEX bot_conversation_message ON aiguillage.bot_conversation USING btree (handover_message)
  CREATE UNIQUE INDEX bot_conversation_pkey ON aiguillage.bot_conversation USING btree (id)
  CREATE UNIQUE INDEX bot_key_pkey ON aiguillage.bot_key USING btree (id)
  CREATE UNIQUE INDEX bot_nonce_pkey ON aiguillage.bot_nonce USING btree (key_id, nonce)
  CREATE UNIQUE INDEX bot_turn_bot_conversation_id_n_key ON aiguillage.bot_turn USING btree (bot_conversation_id, n)
  CREATE UNIQUE INDEX bot_turn_pkey ON aiguillage.bot_turn USING btree (id)
  CREATE UNIQUE INDEX bot_turn_portal_idem_key_key ON aiguillage.bot_turn USING btree (portal, idem_key)
  CREATE UNIQUE INDEX conversation_join_open ON aiguillage.conversation_join USING btree (joined) WHERE (undone_at IS NULL)
  CREATE UNIQUE INDEX conversation_join_pkey ON aiguillage.conversation_join USING btree (id)
  CREATE UNIQUE INDEX conversation_pkey ON aiguillage.conversation USING btree (id)
  CREATE UNIQUE INDEX conversation_ref_key ON aiguillage.conversation USING btree (ref)
  CREATE UNIQUE INDEX decision_pkey ON aiguillage.decision USING btree (id)
  CREATE UNIQUE INDEX delivery_message_id_header_key ON aiguillage.delivery USING btree (message_id_header)
  CREATE UNIQUE INDEX delivery_one_ack ON aiguillage.delivery USING btree (in_response_to) WHERE (kind = 'ack'::text)
  CREATE UNIQUE INDEX delivery_pkey ON aiguillage.delivery USING btree (id)
  CREATE UNIQUE INDEX desk_series_item_pkey ON aiguillage.desk_series_item USING btree (series_id, n)
  CREATE UNIQUE INDEX desk_series_open ON aiguillage.desk_series USING btree (agent_id) WHERE (ended_at IS NULL)
  CREATE UNIQUE INDEX desk_series_pkey ON aiguillage.desk_series USING btree (id)
  CREATE UNIQUE INDEX direct_sample_pkey ON aiguillage.direct_sample USING btree (message_id)
  CREATE UNIQUE INDEX draft_pkey ON aiguillage.draft USING btree (conversation_id, agent_id)
  CREATE UNIQUE INDEX event_pkey ON aiguillage.event USING btree (seq)
  CREATE UNIQUE INDEX figure_dirty_pkey ON aiguillage.figure_dirty USING btree (id)
  CREATE UNIQUE INDEX figure_state_pkey ON aiguillage.figure_state USING btree (one)
  CREATE UNIQUE INDEX folder_cursor_pkey ON aiguillage.folder_cursor USING btree (mailbox, folder, uidvalidity)
  CREATE UNIQUE INDEX group_reply_item_pkey ON aiguillage.group_reply_item USING btree (group_id, n)
  CREATE UNIQUE INDEX group_reply_pending ON aiguillage.group_reply_item USING btree (conversation_id) WHERE (status = 'pending'::text)
  CREATE UNIQUE INDEX group_reply_pkey ON aiguillage.group_reply USING btree (id)
  CREATE UNIQUE INDEX idempotency_pkey ON aiguillage.idempotency USING btree (agent_id, key)
  CREATE UNIQUE INDEX lease_pkey ON aiguillage.lease USING btree (name)
  CREATE UNIQUE INDEX ledger_pkey ON aiguillage.ledger USING btree (mailbox, folder, uidvalidity, uid)
  CREATE UNIQUE INDEX mailbox_pkey ON aiguillage.mailbox USING btree (id)
  CREATE UNIQUE INDEX message_pkey ON aiguillage.message USING btree (id)
  CREATE UNIQUE INDEX migration_pkey ON aiguillage.migration USING btree (name)
  CREATE UNIQUE INDEX model_active_pkey ON aiguillage.model_active USING btree (one)
  CREATE UNIQUE INDEX model_pkey ON aiguillage.model USING btree (digest)
  CREATE UNIQUE INDEX order_day_pkey ON aiguillage.order_day USING btree (queue, day)
  CREATE UNIQUE INDEX overflow_pass_pkey ON aiguillage.overflow_pass USING btree (id)
  CREATE UNIQUE INDEX overflow_state_pkey ON aiguillage.overflow_state USING btree (pool, policy)
  CREATE UNIQUE INDEX overflow_stop_pkey ON aiguillage.overflow_stop USING btree (pool)
  CREATE UNIQUE INDEX pool_answer_pkey ON aiguillage.pool_answer USING btree (message_id)
  CREATE UNIQUE INDEX presence_pkey ON aiguillage.presence USING btree (agent_id, day, half)
  CREATE UNIQUE INDEX quality_decision_pkey ON aiguillage.quality_decision USING btree (message_id)
  CREATE UNIQUE INDEX quality_motif_pkey ON aiguillage.quality_motif USING btree (conversation_id)
  CREATE UNIQUE INDEX quarantine_pkey ON aiguillage.quarantine USING btree (id)
  CREATE UNIQUE INDEX queue_day_pkey ON aiguillage.queue_day USING btree (queue, day)
  CREATE UNIQUE INDEX raw_chunk_pkey ON aiguillage.raw_chunk USING btree (sha256, n)
  CREATE UNIQUE INDEX raw_mail_pkey ON aiguillage.raw_mail USING btree (sha256)
  CREATE UNIQUE INDEX reply_reading_pkey ON aiguillage.reply_reading USING btree (id)
  CREATE UNIQUE INDEX reply_sample_pkey ON aiguillage.reply_sample USING btree (message_id)
  CREATE UNIQUE INDEX request_pkey ON aiguillage.request USING btree (message_id)
  CREATE UNIQUE INDEX review_open ON aiguillage.review USING btree (conversation_id) WHERE (outcome IS NULL)
  CREATE UNIQUE INDEX review_pkey ON aiguillage.review USING btree (id)
  CREATE UNIQUE INDEX rulebook_active_pkey ON aiguillage.rulebook_active USING btree (one)
  CREATE UNIQUE INDEX rulebook_history_pkey ON aiguillage.rulebook_history USING btree (id)
  CREATE UNIQUE INDEX rulebook_pkey ON aiguillage.rulebook USING btree (digest)
  CREATE UNIQUE INDEX rulebook_proposal_pkey ON aiguillage.rulebook_proposal USING btree (id)
  CREATE UNIQUE INDEX rulebook_simulation_pkey ON aiguillage.rulebook_simulation USING btree (id)
  CREATE UNIQUE INDEX sender_pkey ON aiguillage.sender USING btree (key)
  CREATE UNIQUE INDEX session_pkey ON aiguillage.session USING btree (id_hash)
  CREATE UNIQUE INDEX sign_in_flow_pkey ON aiguillage.sign_in_flow USING btree (id_hash)
  CREATE UNIQUE INDEX site_closure_pkey ON aiguillage.site_closure USING btree (calendar, day, half)
  CREATE UNIQUE INDEX task_pkey ON aiguillage.task USING btree (id)
  CREATE UNIQUE INDEX wave_member_pkey ON aiguillage.wave_member USING btree (wave_id, conversation_id)
  CREATE UNIQUE INDEX wave_pkey ON aiguillage.wave USING btree (id)
  CREATE UNIQUE INDEX wave_scan_pkey ON aiguillage.wave_scan USING btree (one)

policies
  bot_conversation app_all ALL to aiguillage_app using true check true
  bot_conversation partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = bot_conversation.conversation_id)))
  bot_turn app_all ALL to aiguillage_app using true check true
  bot_turn partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.bot_conversation b WHERE (b.id = bot_turn.bot_conversation_id)))
  conversation app_all ALL to aiguillage_app using true check true
  conversation partner_read SELECT to aiguillage_partner using ((NOT restricted) AND (queue = current_setting('aiguillage.pool'::text, true)) AND (queue <> ''::text))
  conversation partner_write UPDATE to aiguillage_partner using ((NOT restricted) AND (queue = current_setting('aiguillage.pool'::text, true))) check true
  decision app_all ALL to aiguillage_app using true check true
  decision partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = decision.conversation_id)))
  delivery app_all ALL to aiguillage_app using true check true
  delivery partner_all ALL to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = delivery.conversation_id))) check (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = delivery.conversation_id)))
  delivery partner_cancel UPDATE to aiguillage_partner using (status = ANY (ARRAY['pending'::text, 'held'::text])) check (status = 'cancelled'::text)
  draft app_all ALL to aiguillage_app using true check true
  draft partner_own ALL to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = draft.conversation_id))) check (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = draft.conversation_id)))
  event app_all ALL to aiguillage_app using true check true
  event partner_add INSERT to aiguillage_partner check true
  event partner_read SELECT to aiguillage_partner using ((type = ANY (ARRAY['overflow.handed'::text, 'overflow.recalled'::text])) AND ((data ->> 'pool'::text) = current_setting('aiguillage.pool'::text, true)))
  figure_dirty app_all ALL to aiguillage_app using true check true
  figure_dirty partner_add INSERT to aiguillage_partner check true
  idempotency app_all ALL to aiguillage_app using true check true
  idempotency partner_own ALL to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = idempotency.conversation_id))) check (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = idempotency.conversation_id)))
  message app_all ALL to aiguillage_app using true check true
  message partner_add INSERT to aiguillage_partner check ((direction = 'outgoing'::text) AND (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = message.conversation_id))))
  message partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = message.conversation_id)))
  order_day app_all ALL to aiguillage_app using true check true
  order_day partner_own ALL to aiguillage_partner using (queue = current_setting('aiguillage.pool'::text, true)) check (queue = current_setting('aiguillage.pool'::text, true))
  overflow_stop app_all ALL to aiguillage_app using true check true
  overflow_stop partner_read SELECT to aiguillage_partner using (pool = current_setting('aiguillage.pool'::text, true))
  pool_answer app_all ALL to aiguillage_app using true check true
  pool_answer partner_read SELECT to aiguillage_partner using (pool = current_setting('aiguillage.pool'::text, true))
  queue_day app_all ALL to aiguillage_app using true check true
  queue_day partner_read SELECT to aiguillage_partner using (queue = current_setting('aiguillage.pool'::text, true))
  raw_chunk app_all ALL to aiguillage_app using true check true
  raw_chunk partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.message m WHERE (m.sha256 = raw_chunk.sha256)))
  raw_mail app_all ALL to aiguillage_app using true check true
  raw_mail partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.message m WHERE (m.sha256 = raw_mail.sha256)))
  request app_all ALL to aiguillage_app using true check true
  request partner_all ALL to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = request.conversation_id))) check true
  sender app_all ALL to aiguillage_app using true check true
  sender partner_lock UPDATE to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.sender_key = sender.key))) check false
  sender partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.sender_key = sender.key)))
  task app_all ALL to aiguillage_app using true check true
  task partner_read SELECT to aiguillage_partner using (EXISTS ( SELECT 1 FROM aiguillage.conversation c WHERE (c.id = task.conversation_id)))
