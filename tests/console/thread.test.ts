import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { SYSTEM } from '../../store/database.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const RAW = Buffer.from(
  [
    'From: Camille <camille@membre.example>',
    'To: pfs-assures@cpam.example',
    'Subject: test',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=limite',
    '',
    '--limite',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Bonjour.',
    '--limite',
    'Content-Type: text/html; name="page.html"',
    'Content-Disposition: attachment; filename="page.html"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('<script>alert(1)</script>').toString('base64'),
    '--limite--',
    '',
  ].join('\r\n'),
);

describe.each(ENGINES)('reading, on %s', (engine) => {
  let world: World;
  let ana: Person;
  let sup: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    await world.live('pfs-assures');
    ana = await world.person('agent', { queues: ['n1'], display_name: 'Anaïs' });
    sup = await world.person('supervisor');
  });
  afterAll(() => world.close());

  test('a thread has what is needed to answer: texts, decision in words, clocks, contacts, link, templates', async () => {
    const sender = 'fil@membre.example';
    const before = await world.conversation({
      sender,
      status: 'closed',
      received_at: new Date(MORNING.getTime() - 100 * HOUR_MS),
    });
    const { id, message } = await world.conversation({
      sender,
      body: 'Bonjour, ma carte verte est perdue.',
      flags: ['reiteration'],
      suggested_link: before.id,
      evidence: [{ for: 'motif:carte-vitale', part: 'body', start: 12, end: 23 }],
      received_at: new Date(MORNING.getTime() - 41 * HOUR_MS),
    });
    const further = await world.message(id, { sender, body: 'Une relance.', received_at: MORNING });
    const thread = (await ana.get(`/api/conversations/${id}`)).json();
    expect(thread.messages.map((m: { id: string; body: string }) => [m.id, m.body])).toEqual([
      [message, 'Bonjour, ma carte verte est perdue.'],
      [further, 'Une relance.'],
    ]);
    expect(thread.decision).toMatchObject({
      motif: 'carte-vitale',
      confidence: 0.9,
      rulebook: 'test',
      trace: [{ step: 'model', matched: true }],
    });
    expect(thread.clocks.map((clock: { state: string }) => clock.state)).toEqual(['warned', 'open']);
    expect(thread.contacts.map((row: { id: string }) => row.id)).toEqual([before.id]);
    expect(thread.suggested_link).toEqual({ id: before.id, ref: before.ref });
    // As strong as it was decided, which may be more than the rules say of its name alone.
    expect(thread.flags_shown).toEqual([{ id: 'reiteration', label: 'reiteration', level: 'P1' }]);
    // The one made for this flag comes first; what is known is filled in, the rest is left to the agent.
    expect(thread.templates.map((template: { id: string }) => template.id)).toEqual([
      'carte.naissance',
      'carte.declarer',
    ]);
    const declare = thread.templates[1];
    expect(declare.body).toContain('Anaïs — Plateforme de services');
    expect(declare.body).toContain(thread.ref);
    expect(declare.missing).toEqual(['delay']);
    expect(thread).toMatchObject({ masked: false, mine: false, sender: { address: sender } });
  });

  test('evidence is the words it points at', async () => {
    const { id } = await world.conversation({
      subject: 'Carte perdue',
      body: 'Bonjour, ma carte verte est perdue.',
      evidence: [
        { for: 'motif:carte-vitale', part: 'body', start: 12, end: 23 },
        { for: 'rule:x', part: 'subject', start: 6, end: 12 },
        { for: 'rule:y', part: 'attachment-name', start: 6, end: 11 },
        { for: 'rule:z', part: 'header', start: 0, end: 4 },
      ],
      attachments: [
        { name: 'a.pdf', type: 'application/pdf', size: 1, part: 0 },
        { name: 'b.png', type: 'image/png', size: 1, part: 1 },
      ],
    });
    const { decision } = (await ana.get(`/api/conversations/${id}`)).json();
    expect(decision.evidence.map((span: { text: string }) => span.text)).toEqual([
      'carte verte',
      'perdue',
      'b.png',
      '',
    ]);
  });

  test('each reading leaves an audit row that names reader and conversation, and no text', async () => {
    const { id } = await world.conversation({ subject: 'SECRET-CANARI' });
    await ana.get(`/api/conversations/${id}`);
    const rows = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').selectAll().where('subject', '=', id).execute(),
    );
    expect(rows).toMatchObject([{ action: 'conversation.read', actor: `agent:${ana.agent.id}`, data: {} }]);
    expect(JSON.stringify(rows)).not.toContain('CANARI');
  });

  test('files are downloads a browser neither shows nor runs', async () => {
    const attachment = { name: 'page "é".html', type: 'text/html', size: 25, part: 0 };
    const { id, message } = await world.conversation({ raw: RAW, attachments: [attachment] });
    const file = await ana.get(`/api/conversations/${id}/attachments/${message}/0`);
    expect([file.statusCode, file.body]).toEqual([200, '<script>alert(1)</script>']);
    expect(file.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="page ___.html"; filename*=UTF-8''page%20_%C3%A9_.html`,
      'cache-control': 'no-store',
    });
    expect(file.headers['content-security-policy']).toContain('sandbox');
    const original = await ana.get(`/api/conversations/${id}/original/${message}`);
    expect(original.rawPayload.equals(RAW)).toBe(true);
    expect(original.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    const audit = await world.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit').select('action').where('subject', '=', message).execute(),
    );
    expect(audit.map((row) => row.action)).toEqual(['attachment.read', 'original.read']);
  });

  test('a large original is whole', async () => {
    const big = Buffer.concat([
      Buffer.from('Subject: gros\r\n\r\n'),
      Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) % 251)),
    ]);
    const { id, message } = await world.conversation({ raw: big });
    expect((await ana.get(`/api/conversations/${id}/original/${message}`)).rawPayload.equals(big)).toBe(true);
  });

  test('a part that does not exist, or a message of another conversation, is not found', async () => {
    const one = await world.conversation({
      raw: RAW,
      attachments: [{ name: 'page.html', type: 'text/html', size: 25, part: 0 }],
    });
    const two = await world.conversation({
      raw: RAW,
      attachments: [{ name: 'page.html', type: 'text/html', size: 25, part: 0 }],
    });
    expect((await ana.get(`/api/conversations/${one.id}/attachments/${one.message}/1`)).statusCode).toBe(404);
    expect((await ana.get(`/api/conversations/${one.id}/attachments/${two.message}/0`)).statusCode).toBe(404);
    expect((await ana.get(`/api/conversations/${one.id}/original/${two.message}`)).statusCode).toBe(404);
    expect((await ana.get(`/api/conversations/${one.id}/attachments/${one.message}/-1`)).statusCode).toBe(400);
  });

  describe('lists', () => {
    test('follow deadlines page by page, without loss or repetition, those without a clock last', async () => {
      const reader = await world.person('supervisor');
      const made: string[] = [];
      for (let i = 0; i < 7; i += 1) {
        // Two share each deadline: the id settles the order.
        const hours = Math.floor(i / 2);
        made.push(
          (await world.conversation({ queue: 'cis', received_at: new Date(MORNING.getTime() - hours * HOUR_MS) })).id,
        );
      }
      await world.store.write(SYSTEM, (tx) =>
        tx.updateTable('conversation').set({ due_elapsed_at: null }).where('id', '=', made[0]!).execute(),
      );
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const answer = await reader.get(`/api/conversations?queue=cis&limit=2${next === '' ? '' : `&before=${next}`}`);
        const page: { conversations: { id: string }[]; next: string | null } = answer.json();
        seen.push(...page.conversations.map((row) => row.id));
        next = page.next;
      }
      expect(new Set(seen)).toEqual(new Set(made));
      expect(seen).toHaveLength(7);
      expect(seen.at(-1)).toBe(made[0]);
      expect(seen[0]).toBe(made[6]);
    });

    test('filter by queue, status, motif given by a person, and flag', async () => {
      const { id } = await world.conversation({ queue: 'pole-fds', flags: ['reiteration'], status: 'waiting' });
      await sup.post(`/api/conversations/${id}/motif`, { motif: 'attestation-document' });
      const find = async (query: string): Promise<string[]> =>
        (await sup.get(`/api/conversations?${query}`)).json().conversations.map((row: { id: string }) => row.id);
      for (const query of [
        'queue=pole-fds',
        'status=waiting',
        'motif=attestation-document',
        'flag=reiteration&queue=pole-fds',
      ]) {
        expect([query, (await find(query)).includes(id)]).toEqual([query, true]);
      }
      expect(await find('queue=pole-fds&motif=carte-vitale')).not.toContain(id);
    });

    test('search finds a reference however it is typed, an exact address, and words of a subject without accents', async () => {
      const { id, ref, sender } = await world.conversation({
        subject: 'Prolongation d’arrêt de travail',
        sender: 'zoe.martin@membre.example',
      });
      const search = async (q: string): Promise<boolean> =>
        (await ana.post('/api/conversations/search', { q }))
          .json()
          .conversations.some((row: { id: string }) => row.id === id);
      for (const q of [
        ref,
        ref.toLowerCase().replaceAll('-', ' '),
        sender,
        sender.toUpperCase(),
        'ARRET prolongation',
        'arrêt',
      ]) {
        expect([q, await search(q)]).toEqual([q, true]);
      }
      for (const q of ['martin@membre.example', 'arrêt cardiaque', "o'); drop table x; --"])
        expect([q, await search(q)]).toEqual([q, false]);
    });

    test('an address or a NIR never stands in a URL', async () => {
      for (const q of ['zoe@membre.example', '286031399999913', '06 12 34 56 78']) {
        const answer = await ana.get(`/api/conversations?q=${encodeURIComponent(q)}`);
        expect([answer.statusCode, answer.json().error.message]).toEqual([
          400,
          expect.stringContaining('jamais dans une URL'),
        ]);
      }
    });

    test('a cursor that was tampered with is refused', async () => {
      const forged = Buffer.from(JSON.stringify(["' or 1=1", 'x'])).toString('base64url');
      for (const cursor of [forged, 'x', '%00'])
        expect((await ana.get(`/api/conversations?before=${cursor}`)).statusCode).toBe(400);
    });

    test('queues say how much waits, since when, and what is late', async () => {
      const oldest = new Date(MORNING.getTime() - 60 * HOUR_MS);
      await world.conversation({ queue: 'middle-office', received_at: oldest });
      await world.conversation({ queue: 'middle-office' });
      const counted = (await ana.get('/api/queues'))
        .json()
        .queues.find((row: { queue: string }) => row.queue === 'middle-office');
      expect(counted).toEqual({
        queue: 'middle-office',
        label: 'middle-office',
        kind: 'middle-office',
        queued: 2,
        assigned: 0,
        waiting: 0,
        oldest_at: oldest.toISOString(),
        late: 1,
        mine: false,
      });
    });
  });
});

test('the search for words of a subject can use its index', async () => {
  const world = await openWorld('postgres');
  try {
    const plan = await world.store.read(SYSTEM, async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select id from aiguillage.conversation where
        to_tsvector('simple'::regconfig, translate(lower(conversation.subject), 'àâäáãéèêëíîïìóôöòõúùûüçñÿ''’', 'aaaaaeeeeiiiiooooouuuucny  '))
        @@ plainto_tsquery('simple'::regconfig, 'arret')`.execute(tx);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('conversation_words');
  } finally {
    await world.close();
  }
});
