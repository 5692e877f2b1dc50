import { describe, expect, test } from '@jest/globals';
import { judgeAutomated, type AutomatedInput } from '../../mail/automated.ts';
import { dsnActions, isBounceFor } from '../../mail/bounce.ts';

function judge(input: Partial<Omit<AutomatedInput, 'headers'>> & { headers?: Record<string, string> }): string {
  const verdict = judgeAutomated({
    subject: 'Ma demande',
    from_address: 'marie.dupont@courriel.example',
    body_start: 'Bonjour, je voudrais savoir où en est mon dossier.',
    ...input,
    headers: new Map(Object.entries(input.headers ?? {})),
  });
  return verdict.kind === 'human' ? 'human' : `${verdict.kind}:${verdict.reason}`;
}

describe('fields that only machines write', () => {
  test.each<[string, Record<string, string>, string]>([
    ['RFC 3834 reply', { 'auto-submitted': 'auto-replied' }, 'automated:auto-submitted'],
    [
      'with parameters and comments',
      { 'auto-submitted': 'auto-generated; owner-email="x@y.example"' },
      'automated:auto-submitted',
    ],
    ['"no" is a person', { 'auto-submitted': 'No (manual)' }, 'human'],
    ['precedence auto_reply', { precedence: 'auto_reply' }, 'automated:precedence-auto-reply'],
    ['precedence bulk', { precedence: 'bulk' }, 'list:precedence-bulk'],
    ['precedence junk', { precedence: 'Junk' }, 'list:precedence-junk'],
    ['precedence list', { precedence: 'list' }, 'list:precedence-list'],
    ['precedence normal', { precedence: 'normal' }, 'human'],
    ['a list', { 'list-id': '<3-minutes.ameli.example>' }, 'list:list-id'],
    ['a newsletter', { 'list-unsubscribe': '<mailto:x@y.example>', 'feedback-id': 'a:b' }, 'list:list-unsubscribe'],
    ['x-autoreply', { 'x-autoreply': 'yes' }, 'automated:x-autoreply'],
    ['no way back', { 'return-path': '<>' }, 'automated:null-return-path'],
    ['a way back', { 'return-path': '<marie.dupont@courriel.example>' }, 'human'],
    [
      'a read receipt',
      { 'content-type': 'multipart/report; report-type=disposition-notification; boundary=x' },
      'automated:read-receipt',
    ],
    ['a bounce', { 'content-type': 'multipart/report; report-type="delivery-status"; boundary=x' }, 'bounce:dsn'],
    [
      'an abuse report',
      { 'content-type': 'multipart/report; report-type=feedback-report' },
      'automated:feedback-report',
    ],
    ['Exim', { 'x-failed-recipients': 'x@y.example' }, 'bounce:failed-recipients'],
  ])('%s', (_, headers, verdict) => expect(judge({ headers })).toBe(verdict));
});

describe('subjects and words that only machines write', () => {
  test.each([
    'Réponse automatique : Votre demande',
    'Réponse automatique: RE: dossier',
    'Automatic reply: Votre demande',
    'Out of Office: dossier',
    'Out of Office AutoReply: dossier',
    'Absent du bureau : Re: dossier',
    'Absente du bureau',
    'Absence du bureau - retour le 12',
    'AutoReply',
    'Automatische Antwort: dossier',
  ])('%s', (subject) => expect(judge({ subject })).toBe('automated:subject-auto'));

  test.each([
    ['Absence : votre message', 'Bonjour, je suis absente du bureau du 2 au 13 mars.'],
    [
      'Congés',
      'Votre message est bien arrivé. Je serai de retour le 13 mars. En cas d’urgence, merci de contacter le secrétariat.',
    ],
    ['Absence', 'I am out of the office until Monday.'],
  ])('%s, and the text says so too', (subject, body_start) =>
    expect(judge({ subject, body_start })).toBe('automated:subject-absence'),
  );

  test.each([
    ['Lu : Votre demande', 'Votre message À : Marie Dupont Objet : Votre demande a été lu le jeudi 12 mars 2026.'],
    ['Read: Votre demande', 'Your message was read on Thursday, March 12.'],
    ['Accusé de réception', 'Ceci est un accusé de réception du message que vous avez envoyé.'],
  ])('%s', (subject, body_start) => expect(judge({ subject, body_start })).toBe('automated:read-receipt'));
});

describe('a person stays a person', () => {
  test.each([
    'Absence de remboursement',
    'absence de réponse',
    'Absence de réponse : 3e relance',
    'Absence : toujours rien',
    'Mon absence au rendez-vous du 12',
    'RE: Réponse automatique : Votre demande',
    'Re: Automatic reply: dossier',
    'TR: Undeliverable: votre courrier',
    'Accusé de réception non reçu',
    'Accusé de réception',
    'Demande d’accusé de réception',
    'Non remis à mon employeur',
    'Échec de la remise de mon dossier',
    'Lu : votre courrier du 3 mars',
    'Réponse automatique inutile',
    'Auto-entrepreneur : mes indemnités',
    'Auto : accident avec un tiers',
    'Automobile : accident du 3 mars',
    'Congé maternité',
    'Congés payés et arrêt maladie',
    'Indisponible pour le contrôle du 12',
    'Out of pocket expenses',
  ])('subject « %s »', (subject) => expect(judge({ subject })).toBe('human'));

  test.each([
    ['Congé', 'Bonjour, je suis en congé maternité depuis le 3 mars et je n’ai rien reçu.'],
    ['Absence :', 'Je suis actuellement hospitalisée, mon dossier est incomplet et je serai de retour le 5 avril.'],
    [
      'Accusé de réception',
      'Bonjour, je n’ai pas eu d’accusé de réception de votre courrier, mon dossier a été ouvert le 3 mars.',
    ],
    ['Lu : votre courrier', 'Votre message du 3 mars a été lu mais je ne comprends pas, pouvez-vous me rappeler ?'],
    ['Indisponible', 'Je suis indisponible jusqu’au 15 pour le contrôle.'],
  ])('« %s » over a request', (subject, body_start) => expect(judge({ subject, body_start })).toBe('human'));

  test('whose portal asks for silence and whose life is an absence', () =>
    expect(
      judge({
        headers: { 'x-auto-response-suppress': 'All' },
        body_start: 'Je suis en congé parental, pendant mon absence ma carte a été volée. Comment en avoir une autre ?',
      }),
    ).toBe('human'));

  test('who answers through a list or a shared mailbox', () => {
    const headers = {
      'list-id': '<fs-macon.services.example>',
      'list-unsubscribe': '<x>',
      precedence: 'list',
      'in-reply-to': '<a@b>',
    };
    expect(judge({ subject: 'RE: dossier en attente', headers })).toBe('human');
    expect(judge({ subject: 'Notre lettre', headers })).toBe('list:list-unsubscribe');
  });

  test('but not what says bulk and is on no list', () =>
    expect(judge({ subject: 'Re: x', headers: { precedence: 'bulk', 'in-reply-to': '<a@b>' } })).toBe(
      'list:precedence-bulk',
    ));

  test('whose tool sends from a no-reply address, without another sign', () => {
    const from_address = 'no-reply@portail.example';
    expect(judge({ from_address })).toBe('human');
    expect(judge({ from_address, headers: { 'x-auto-response-suppress': 'All' } })).toBe('automated:no-reply');
    expect(judge({ from_address, body_start: 'Ceci est un message automatique, merci de ne pas y répondre.' })).toBe(
      'automated:no-reply',
    );
    expect(judge({ from_address: 'ne-pas-repondre@portail.example', headers: { 'feedback-id': 'x' } })).toBe(
      'automated:no-reply',
    );
  });

  test('whose tool asks for no automatic answer', () => {
    const headers = { 'x-auto-response-suppress': 'OOF, AutoReply' };
    expect(judge({ headers })).toBe('human');
    expect(judge({ headers, body_start: 'Je suis absent du bureau et serai de retour lundi.' })).toBe(
      'automated:auto-response-suppress',
    );
  });

  test('called Norépondre', () => expect(judge({ from_address: 'eleonore.pondre@courriel.example' })).toBe('human'));
});

describe('bounces', () => {
  test.each([
    ['mailer-daemon@mx.example', 'failure notice', 'bounce:mailer-daemon'],
    ['postmaster@mx.example', 'Non remis : Votre demande', 'bounce:postmaster'],
    ['postmaster@mx.example', 'Undeliverable: Votre demande', 'bounce:postmaster'],
    ['postmaster@mairie.example', 'Question sur un agent', 'human'],
    ['', 'Mail delivery failed', 'bounce:no-sender'],
  ])('%s « %s »', (from_address, subject, verdict) => expect(judge({ from_address, subject })).toBe(verdict));

  test.each([
    ['Échec de la remise : Votre demande', "Votre message n'a pas pu être remis aux destinataires suivants."],
    ['Delivery Status Notification (Failure)', 'The following message could not be delivered.'],
    ['Avis de non remise', 'Echec de la remise : adresse introuvable'],
  ])('%s', (subject, body_start) => expect(judge({ subject, body_start })).toBe('bounce:subject-bounce'));

  test.each([
    [
      'mailer-daemon@mx.example',
      'Warning: message 1qXy-00 delayed 24 hours',
      'This message has not yet been delivered to x.',
    ],
    ['mailer-daemon@mx.example', 'Delayed Mail (still being retried)', 'Your message will be retried for 5 days.'],
    ['postmaster@mx.example', 'Remise différée : Votre demande', 'Les tentatives de remise se poursuivent.'],
  ])('%s « %s » tells of a delay in prose', (from_address, subject, body_start) =>
    expect(judge({ from_address, subject, body_start })).toBe('automated:dsn-delayed'),
  );

  test('what has not been delivered at all is a failure', () =>
    expect(
      judge({
        from_address: 'mailer-daemon@mx.example',
        subject: 'Undelivered Mail Returned to Sender',
        body_start: 'Your message has not been delivered to the following recipients.',
      }),
    ).toBe('bounce:mailer-daemon'));

  test('a member whose delivery is late is a member', () =>
    expect(judge({ subject: 'Livraison retardée', body_start: 'Mon lit médicalisé n’a pas encore été livré.' })).toBe(
      'human',
    ));

  test('a delay is news, not a failure', () => {
    const headers = { 'content-type': 'multipart/report; report-type=delivery-status' };
    expect(judge({ headers, actions: ['delayed'] })).toBe('automated:dsn-delayed');
    expect(judge({ headers, actions: ['relayed', 'failed'] })).toBe('bounce:dsn');
    expect(judge({ headers, actions: ['expired'] })).toBe('bounce:dsn');
  });
});

describe('which mail of ours did not arrive', () => {
  const nothing = { failed_recipients: '', delivery_status: '', returned_headers: '', in_reply_to: '', text: '' };
  const report = [
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; alias@ailleurs.example',
    'Original-Recipient: rfc822;Marie@Courriel.example',
    'Action: failed',
    'Status: 5.1.1 (user unknown)',
  ].join('\r\n');

  test('the report names the recipient we wrote to, the returned header our Message-ID', () =>
    expect(
      isBounceFor({ ...nothing, delivery_status: report, returned_headers: 'To: x\nMessage-ID: <r1@cpam.example>' }),
    ).toEqual({
      failed_recipient: 'marie@courriel.example',
      original_message_id: '<r1@cpam.example>',
      status: '5.1.1',
    }));

  test('of several recipients the one that failed', () => {
    const delivery_status = `${report.replace('failed', 'delivered')}\n\nFinal-Recipient: rfc822; luc@courriel.example\nAction: failed\nStatus: 5.2.2`;
    expect(isBounceFor({ ...nothing, delivery_status })?.failed_recipient).toBe('luc@courriel.example');
  });

  test.each([
    ['qmail', 'Hi. This is the qmail-send program.\n<marie@courriel.example>:\nno such user'],
    ['Postfix', '<marie@courriel.example>: host mx said: 550 5.1.1 unknown'],
    ['Exim', 'could not be delivered:\n\n  marie@courriel.example\n    all relevant MX records'],
  ])('%s says it in prose', (_, text) =>
    expect(isBounceFor({ ...nothing, text })?.failed_recipient).toBe('marie@courriel.example'),
  );

  test('Exim says it in a field, and our Message-ID may only be in References', () =>
    expect(
      isBounceFor({ ...nothing, failed_recipients: ' marie@courriel.example', in_reply_to: '<r1@cpam.example>' }),
    ).toEqual({
      failed_recipient: 'marie@courriel.example',
      original_message_id: '<r1@cpam.example>',
      status: '',
    }));

  test('a bounce that names neither is for nobody', () =>
    expect(isBounceFor({ ...nothing, text: 'Erreur.' })).toBeNull());

  test('actions are read from every group', () =>
    expect(dsnActions(`${report}\r\n\r\nFinal-Recipient: rfc822; b@c.example\r\nAction: DELAYED`)).toEqual([
      'failed',
      'delayed',
    ]));
});
