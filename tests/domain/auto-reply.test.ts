import { describe, expect, test } from '@jest/globals';
import {
  ACKS_PER_SENDER_AND_DAY_MAX,
  isNoReplyAddress,
  mayAutoReply,
  type AutoReplyFacts,
} from '../../domain/auto-reply.ts';

const now_ms = Date.parse('2026-03-27T17:00:00Z');
const HOUR = 3_600_000;
const human: AutoReplyFacts = {
  now_ms,
  received_at_ms: now_ms - 60_000,
  origin: 'imap',
  automated_reason: null,
  headers: { 'return-path': '<jeanne@exemple.example>' },
  to_address: 'jeanne@exemple.example',
  own_addresses: ['assures@caisse.example', 'chef@caisse.example'],
  last_ack_in_thread_ms: null,
  acks_to_sender: 0,
  public: 'assure',
  mailbox_mode: 'live',
  acknowledge: true,
  reply_via: 'smtp',
};

describe('an acknowledgment', () => {
  test('is owed to a person who wrote just now', () => {
    expect(mayAutoReply(human)).toEqual({ ok: true });
  });

  test.each<[string, Partial<AutoReplyFacts>]>([
    ['mailbox-observes', { mailbox_mode: 'observe' }],
    ['mailbox-does-not-acknowledge', { acknowledge: false }],
    ['not-by-mail', { reply_via: 'portal' }],
    ['not-by-mail', { reply_via: 'account-api' }],
    ['not-received-by-mail', { origin: 'import' }],
    ['not-received-by-mail', { origin: 'bot' }],
    ['too-old', { received_at_ms: now_ms - 24 * HOUR - 1 }],
    ['automated', { automated_reason: 'automated:vacation' }],
    ['automated', { headers: { 'auto-submitted': 'auto-replied' } }],
    ['automated', { headers: { 'auto-submitted': 'Auto-Generated; owner-email="x"' } }],
    ['automated', { headers: { 'x-auto-response-suppress': 'DR, OOF, AutoReply' } }],
    ['null-return-path', { headers: { 'return-path': '<>' } }],
    ['null-return-path', { headers: { 'return-path': '' } }],
    ['list', { headers: { 'list-id': '<lettre.exemple.example>' } }],
    ['list', { headers: { precedence: 'bulk' } }],
    ['no-address', { to_address: '' }],
    ['no-address', { to_address: 'jeanne' }],
    ['own-address', { to_address: 'Assures@Caisse.example' }],
    ['own-address', { to_address: 'chef@caisse.example' }],
    ['no-reply-address', { to_address: 'noreply@banque.example' }],
    ['already-acknowledged', { last_ack_in_thread_ms: now_ms - 23 * HOUR }],
    ['too-many-to-sender', { acks_to_sender: ACKS_PER_SENDER_AND_DAY_MAX.assure }],
    ['too-many-to-sender', { acks_to_sender: ACKS_PER_SENDER_AND_DAY_MAX.others, public: 'partenaire' }],
  ])('is refused: %s for %j', (reason, facts) => {
    expect(mayAutoReply({ ...human, ...facts })).toEqual({ ok: false, reason });
  });

  test.each<[string, Partial<AutoReplyFacts>]>([
    ['a person’s mail marked « no » (RFC 3834 §5)', { headers: { 'auto-submitted': 'no' } }],
    ['a mail whose Return-Path is unknown', { headers: {} }],
    ['a mail of 24 hours ago exactly', { received_at_ms: now_ms - 24 * HOUR }],
    ['a thread acknowledged the day before', { last_ack_in_thread_ms: now_ms - 24 * HOUR }],
    ['a second matter of the same day', { acks_to_sender: 1 }],
    ['a France Services desk with many matters', { acks_to_sender: 20, public: 'partenaire' }],
    ['a person called Noreen', { to_address: 'noreen.boreply@exemple.example' }],
  ])('is owed to %s', (_what, facts) => {
    expect(mayAutoReply({ ...human, ...facts })).toEqual({ ok: true });
  });

  test.each([
    'no-reply@x.example', 'NoReply@x.example', 'no_reply@x.example', 'ne-pas-repondre@x.example', 'nepasrepondre@x.example',
    'ne-pas-répondre@x.example', 'do.not.reply@x.example', 'ameli.noreply@x.example', 'noreply+123@x.example',
    'mailer-daemon@x.example', 'MAILER-DAEMON@x.example', 'postmaster@x.example', 'owner-liste@x.example',
    'liste-request@x.example', 'bounce@x.example', 'news-bounces@x.example',
  ])('%s is read by nobody', (address) => expect(isNoReplyAddress(address)).toBe(true)); // prettier-ignore

  test.each(['arno.reply@x.example', 'reply@x.example', 'contact@noreply.example', 'casino@x.example'])(
    '%s may be a person',
    (address) => expect(isNoReplyAddress(address)).toBe(false),
  );
});
