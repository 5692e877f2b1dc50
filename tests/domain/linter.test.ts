import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRefused, lintAcknowledgment, lintReply, type LintFacts } from '../../domain/linter.ts';

const OPEN: LintFacts = { open_mail: true, attachments: [] };
const codes = (text: string, facts: Partial<LintFacts> = {}): string[] =>
  lintReply(text, { ...OPEN, ...facts }).map((finding) => finding.code);

describe('a reply on open mail that asks for personal data is refused', () => {
  test.each([
    ['Merci de nous transmettre votre RIB.', 'asks-rib'],
    ['Pouvez-vous nous communiquer vos coordonnées bancaires ?', 'asks-rib'],
    ['Veuillez nous envoyer un relevé d’identité bancaire.', 'asks-rib'],
    ['Pour compléter votre dossier, votre IBAN est nécessaire.', 'asks-rib'],
    ['Merci de préciser votre numéro de sécurité sociale.', 'asks-nir'],
    ['Indiquez-nous votre n° de sécu dans votre réponse.', 'asks-nir'],
    ['Rappelez votre NIR dans l’objet du message.', 'asks-nir'],
    ['Joindre la copie de votre carte Vitale.', 'asks-nir'],
    ['Merci de nous faire parvenir le certificat médical.', 'asks-medical'],
    ['Il nous manque l’ordonnance et la facture.', 'asks-medical'],
    ['Envoyez-nous votre arrêt de travail en réponse à ce message.', 'asks-medical'],
    ['Quelle est la pathologie dont vous souffrez ? Indiquez-le nous.', 'asks-medical'],
    [
      'Pour avancer, merci de nous envoyer :\n\n- une pièce d’identité ;\n- votre RIB ;\n- un justificatif.',
      'asks-rib',
    ],
    ['Si vous ne l’avez pas encore fait, merci de nous transmettre votre RIB.', 'asks-rib'],
    ['Déposez votre RIB dans votre compte ameli ou envoyez-le par retour de mail.', 'asks-rib'],
    ['Vous n’avez pas joint votre RIB. Merci de nous\nl’envoyer : le RIB\nest indispensable.', 'asks-rib'],
  ])('%j', (text, code) => {
    const findings = lintReply(text, OPEN);
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(isRefused(findings)).toBe(true);
  });

  test.each([
    'Nous avons bien reçu votre RIB.',
    'Votre RIB a été enregistré, le virement partira sous 48 heures.',
    'Ne nous envoyez jamais votre RIB par mail.',
    'L’Assurance Maladie ne demande jamais votre numéro de sécurité sociale par courriel.',
    'Merci de nous répondre sans communiquer votre numéro de sécurité sociale.',
    'Inutile de joindre un certificat médical.',
    'Vous pouvez déposer votre RIB dans votre compte ameli.',
    'Merci de transmettre votre arrêt de travail par courrier.',
    'Transmettez votre arrêt de travail à votre employeur.',
    'Merci de nous transmettre l’attestation de salaire.',
    'Votre numéro de sécurité sociale figure sur votre carte Vitale.',
    'Votre RIB a été communiqué à notre service et enregistré.',
    'Nous vous avons envoyé un courrier au sujet de votre RIB.',
    'Nous allons transmettre votre arrêt de travail au service compétent.',
    'Nous avons bien reçu votre ordonnance, il nous manque la facture.',
    'Merci de patienter, votre RIB est en cours d’enregistrement.',
    'Votre médecin doit nous transmettre le protocole de soins.',
    'Votre RIB n’est pas nécessaire.',
    'Merci pour votre ordonnance.',
    'Avec une feuille de soins papier, il faut compter trois semaines ; il faut patienter, votre ordonnance est à l’étude.',
  ])('%j is fine', (text) => {
    expect(lintReply(text, OPEN).filter((finding) => finding.severity === 'refuse')).toEqual([]);
  });

  test('in the member’s account, where the data stays inside, nothing is refused', () => {
    expect(codes('Merci de nous transmettre votre RIB.', { open_mail: false })).toEqual([]);
  });

  test('nothing else is ever refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.boolean(), (text, open_mail) => {
        for (const finding of lintReply(text, { ...OPEN, open_mail })) {
          expect(['asks-nir', 'asks-rib', 'asks-medical'].includes(finding.code)).toBe(finding.severity === 'refuse');
        }
      }),
    );
  });
});

describe('advice', () => {
  test.each([
    'Merci de renouveler votre demande par courrier.',
    'Veuillez refaire votre demande sur le site ameli.fr.',
    'Nous vous invitons à confirmer votre demande par téléphone.',
  ])('%j makes the member repeat a request (L112-8)', (text) => {
    expect(codes(text)).toContain('asks-other-form');
    expect(codes(text, { motif: { teleservice: 'https://www.ameli.fr' } })).not.toContain('asks-other-form');
  });

  test.each([
    'Vous avez omis de nous prévenir.',
    'Vous auriez dû déclarer ce changement.',
    'Votre négligence a causé ce retard.',
    'Vous prétendez avoir envoyé la feuille.',
    'Comme nous vous l’avons déjà dit, le délai est de 15 jours.',
  ])('%j blames', (text) => {
    expect(lintReply(text, OPEN)).toMatchObject([{ code: 'accusatory', severity: 'warn' }]);
  });

  test('a piece that is already in the thread is not asked for again without a word', () => {
    const text = 'Merci de nous transmettre l’attestation de salaire.';
    expect(codes(text, { attachments: ['Attestation_de_Salaire.pdf'] })).toEqual(['asks-known-piece']);
    expect(codes(text, { attachments: ['photo.jpg'] })).toEqual([]);
    expect(codes('Nous avons bien l’attestation de salaire.', { attachments: ['attestation salaire.pdf'] })).toEqual(
      [],
    );
  });

  test('the name of the file, which may hold a NIR, is not repeated', () => {
    const found = lintReply('Merci de nous transmettre l’attestation de salaire.', {
      ...OPEN,
      attachments: ['AS_2860313999999_220515.pdf'],
    });
    expect(found.map((finding) => finding.code)).toEqual(['asks-known-piece']);
    expect(JSON.stringify(found)).not.toContain('2860313999999');
  });

  test('a plain, kind answer gets no remark', () => {
    expect(
      lintReply(
        'Bonjour Madame,\n\nVotre carte Vitale a été commandée ce jour. Vous la recevrez sous trois semaines à votre adresse.\n\nNous restons à votre disposition.\nL’équipe de votre caisse',
        OPEN,
      ),
    ).toEqual([]);
  });
});

test('a finding points at the words it is about, accents and ligatures counted', () => {
  const text =
    'Chère Madame, œuvrant à votre dossier, merci de nous transmettre votre R\u0301IB… et votre relevé d’identité bancaire.';
  const [finding] = lintReply(text.replace('R\u0301IB…', 'accord'), OPEN);
  expect(text.replace('R\u0301IB…', 'accord').slice(finding!.start, finding!.end)).toBe('relevé d’identité bancaire');
});

test('offsets stay inside the text, and hostile text is read in bounded time', () => {
  const hostile = [
    'merci de '.repeat(5_000),
    'ne nous '.repeat(6_000),
    `${' '.repeat(40_000)}rib`,
    'envoyez votre '.repeat(3_000),
  ];
  const started = performance.now();
  for (const text of hostile) {
    for (const { start, end } of lintReply(text, OPEN)) expect(start <= end && end <= text.length).toBe(true);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('an acknowledgment template without a mention of R112-11-1 is named for each', () => {
  const body = 'Reçu le {{received_on}} par {{service_name}}.';
  expect(lintAcknowledgment({ kind: 'ack', body }).map((finding) => finding.message)).toEqual([
    expect.stringContaining('{{service_contact}}'),
    expect.stringContaining('{{delay}}'),
  ]);
  expect(lintAcknowledgment({ kind: 'reply', body })).toEqual([]);
});
