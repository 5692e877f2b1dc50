import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SendResult } from '../../domain/delivery.ts';
import { composeMail } from '../../mail/compose.ts';
import { openSender, type Sender, type SenderOptions, type SmtpTimings } from '../../mail/delivery.ts';
import { startSink, type Behaviour, type SinkOptions, type SmtpSink } from '../support/smtp-sink.ts';

const TO = 'jeanne.martin@exemple.example';
const mail = await composeMail(
  {
    kind: 'reply',
    to_name: 'Jeanne Martin',
    to_address: TO,
    subject: 'Re: carte vitale',
    body: `Bonjour,\n.ligne qui commence par un point\n${'texte '.repeat(2_000)}`,
    message_id_header: '<ag-7k3m-2qx5-c.0011223344556677.00112233445566778899aabbccddeeff@caisse.example>',
    in_reply_to: '',
    refs: [],
  },
  { address: 'assures@caisse.example', label: 'PFS' },
  new Date('2026-03-27T17:00:00Z'),
);

let sink: SmtpSink;
let sender: Sender;
beforeEach(async () => open());
afterEach(async () => {
  await sender.close();
  await sink.close();
});

async function open(options: SinkOptions = {}, more: SenderOptions = {}): Promise<void> {
  await sender?.close();
  await sink?.close();
  sink = await startSink(options);
  const account = { host: '127.0.0.1', port: sink.port, security: 'insecure' } as const;
  sender = openSender(account, more);
}

/** A patient sender for the same server. */
async function reopen(): Promise<void> {
  await sender.close();
  sender = openSender({ host: '127.0.0.1', port: sink.port, security: 'insecure' });
}

/** Short limits only where silence is the point: everywhere else a slow machine must not look like a silent server. */
function impatientWith(behaviour: Behaviour): Partial<SmtpTimings> {
  if (behaviour.dot === 'accept-silence') return { after_data_timeout_ms: 300 };
  return Object.values(behaviour).includes('silence') ? { before_data_timeout_ms: 300 } : {};
}

/** Sends once; `asked` counts how often the gate before the final dot was asked. */
async function send(
  gate: () => boolean | Promise<boolean> = () => true,
): Promise<{ result: SendResult; asked: number }> {
  let asked = 0;
  const result = await sender.send(mail, async () => {
    asked += 1;
    return gate();
  });
  return { result, asked };
}

describe('one sending', () => {
  test('arrives byte for byte, after the gate was asked exactly once', async () => {
    const { result, asked } = await send();
    expect(result).toEqual({ kind: 'accepted', response: '250 2.0.0 queued' });
    expect(asked).toBe(1);
    expect(sink.accepted).toEqual([{ from: 'assures@caisse.example', to: [TO], raw: mail.raw.toString('latin1') }]);
  });

  test('asks the gate only when everything but the final dot has been taken by the server', async () => {
    let seen: number | undefined;
    await send(() => {
      seen = sink.accepted.length;
      return true;
    });
    expect(seen).toBe(0);
    expect(sink.commands).toContain('DATA');
    expect(sink.accepted).toHaveLength(1);
  });

  test('a closed gate sends nothing: the dot is never written', async () => {
    const { result } = await send(() => false);
    expect(result).toEqual({ kind: 'fenced' });
    await sender.close();
    expect(sink.accepted).toEqual([]);
  });

  test('a gate that fails (the store is away) sends nothing and may be tried again', async () => {
    const { result } = await send(() => Promise.reject(new Error('store away')));
    expect(result).toMatchObject({ kind: 'deferred', phase: 'rcpt', code: 'GATE' });
    await sender.close();
    expect(sink.accepted).toEqual([]);
  });

  test('a gate that answers after the time limit changes nothing any more', async () => {
    await open({}, { timings: { before_data_timeout_ms: 300 } });
    let open_gate!: (value: boolean) => void;
    const slow = new Promise<boolean>((resolve) => (open_gate = resolve));
    const { result } = await send(() => slow);
    expect(result).toMatchObject({ kind: 'deferred', code: 'ETIMEDOUT' });
    open_gate(true);
    await sender.close();
    expect(sink.accepted).toEqual([]);
  });
});

type Row = readonly [string, Behaviour, Partial<SendResult>, accepted: number];
const ROWS: readonly Row[] = [
  ['MAIL refused for now', { mail: '451 4.3.0 later' }, { kind: 'deferred', phase: 'rcpt', code: 'EENVELOPE-451' }, 0],
  ['MAIL refused for good', { mail: '552 5.3.4 too big' }, { kind: 'refused', code: 'EENVELOPE-552' }, 0],
  ['MAIL wants a login: our account, not the mail', { mail: '530 5.7.0 login first' }, { kind: 'deferred' }, 0],
  ['MAIL out of order: the session, not the mail', { mail: '503 5.5.1 again' }, { kind: 'deferred' }, 0],
  ['recipient greylisted', { rcpt: '450 4.2.0 greylisted' }, { kind: 'deferred', code: 'EENVELOPE-450' }, 0],
  [
    'recipient unknown',
    { rcpt: '550 5.1.1 no such user' },
    { kind: 'refused', phase: 'rcpt', code: 'EENVELOPE-550' },
    0,
  ],
  ['DATA refused for now', { data: '421 4.3.2 closing' }, { kind: 'deferred' }, 0],
  ['DATA refused for good', { data: '554 5.7.1 no' }, { kind: 'refused' }, 0],
  ['dropped at MAIL', { mail: 'drop' }, { kind: 'deferred', phase: 'rcpt' }, 0],
  ['dropped at RCPT', { rcpt: 'drop' }, { kind: 'deferred', phase: 'rcpt' }, 0],
  ['dropped at DATA', { data: 'drop' }, { kind: 'deferred', phase: 'rcpt' }, 0],
  ['silence at RCPT', { rcpt: 'silence' }, { kind: 'deferred', code: 'ETIMEDOUT' }, 0],
  ['silence at DATA', { data: 'silence' }, { kind: 'deferred', code: 'ETIMEDOUT' }, 0],
  [
    'text refused for now',
    { dot: '451 4.7.1 try later' },
    { kind: 'deferred', phase: 'data', code: 'EMESSAGE-451' },
    0,
  ],
  ['text refused for good', { dot: '550 5.7.1 spam' }, { kind: 'refused', phase: 'data', code: 'EMESSAGE-550' }, 0],
  ['server closing at the dot, and saying so', { dot: '421 4.3.2 closing' }, { kind: 'deferred', phase: 'data' }, 0],
  ['taken, then dropped without an answer', { dot: 'accept-drop' }, { kind: 'ambiguous' }, 1],
  ['not taken, dropped without an answer', { dot: 'drop' }, { kind: 'ambiguous' }, 0],
  ['taken, then silence', { dot: 'accept-silence' }, { kind: 'ambiguous', code: 'ETIMEDOUT' }, 1],
  ['taken, then nonsense', { dot: 'accept-garbage' }, { kind: 'ambiguous' }, 1],
  ['an intermediate reply where a final one belongs', { dot: '354 go on' }, { kind: 'ambiguous' }, 0],
];

describe.each([
  ['with PIPELINING', ['PIPELINING']],
  ['without PIPELINING', ['8BITMIME']],
])('a server that misbehaves, %s', (_name, extensions) => {
  test.each(ROWS)('%s', async (_what, behaviour, wanted, accepted) => {
    await open({ extensions }, { timings: impatientWith(behaviour) });
    sink.script(behaviour);
    const { result } = await send();
    expect(result).toMatchObject(wanted);
    expect(sink.accepted).toHaveLength(accepted);
    // Nobody else is harmed: the next mail goes out, over the same sender unless it was made impatient.
    if (Object.keys(impatientWith(behaviour)).length > 0) await reopen();
    expect((await send()).result.kind).toBe('accepted');
  });
});

describe('a server that cannot be reached or entered', () => {
  test.each([
    ['greets with 554', '554 5.3.2 no service', 'EPROTOCOL-554'],
    ['greets with 421', '421 4.3.2 busy', 'EPROTOCOL-421'],
    ['hangs up at once', 'drop', 'ECONNECTION'],
    ['never greets', 'silence', 'ETIMEDOUT'],
  ])('%s: says nothing about the mail, so it is tried again', async (_what, greeting, code) => {
    await open({ greetings: [greeting] }, greeting === 'silence' ? { timings: { connect_timeout_ms: 300 } } : {});
    expect((await send()).result).toMatchObject({ kind: 'deferred', phase: '', code });
    if (greeting === 'silence') await reopen();
    expect((await send()).result.kind).toBe('accepted');
  });

  test('nobody listens', async () => {
    const { port } = sink;
    await sink.close();
    const alone = openSender({ host: '127.0.0.1', port, security: 'insecure' });
    expect(await alone.send(mail, async () => true)).toMatchObject({ kind: 'deferred', phase: '', code: 'ESOCKET' });
    sink = await startSink();
  });
});

describe('kept connections', () => {
  test('one connection carries one mail after the other', async () => {
    for (let i = 0; i < 5; i += 1) expect((await send()).result.kind).toBe('accepted');
    expect(sink.connections()).toBe(1);
  });

  test('at most connections_max at a time, the others wait their turn', async () => {
    await open({}, { connections_max: 2 });
    const results = await Promise.all(Array.from({ length: 12 }, () => send()));
    expect(results.map(({ result }) => result.kind)).toEqual(Array(12).fill('accepted'));
    expect(sink.connections()).toBe(2);
    expect(sink.accepted).toHaveLength(12);
  });

  test('a connection the server gave up while unused costs no attempt', async () => {
    expect((await send()).result.kind).toBe('accepted');
    // The next command on it is cut, as after an idle timeout that crossed ours.
    sink.script({ mail: 'drop' });
    const { result, asked } = await send();
    expect(result.kind).toBe('accepted');
    expect(asked).toBe(1);
    expect(sink.connections()).toBe(2);
    expect(sink.accepted).toHaveLength(2);
  });

  test('a mail that was cut after the dot is never sent again, kept connection or not', async () => {
    expect((await send()).result.kind).toBe('accepted');
    sink.script({ dot: 'accept-drop' });
    expect((await send()).result.kind).toBe('ambiguous');
    expect(sink.accepted).toHaveLength(2);
    expect(sink.connections()).toBe(1);
  });

  test('a connection lost before the dot is tried again at once on a fresh one, and accepted once', async () => {
    expect((await send()).result.kind).toBe('accepted');
    sink.script({ drop_after_bytes: 100 });
    const cut = sink.nextDrop();
    let first = true;
    const { result, asked } = await send(async () => {
      if (!first) return true;
      first = false;
      await cut;
      // Never answered: what ends this transaction is that the connection is seen to be gone.
      return new Promise<boolean>(() => {});
    });
    expect(result.kind).toBe('accepted');
    expect(asked).toBe(2);
    expect(sink.accepted).toHaveLength(2);
  });

  test('after its share of mails a connection is given back', async () => {
    await open({}, { mails_per_connection_max: 2 });
    for (let i = 0; i < 4; i += 1) await send();
    expect(sink.connections()).toBe(2);
  });
});
