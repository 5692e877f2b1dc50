import { describe, expect, test } from '@jest/globals';
import type { Facts, ModelReading } from '../../domain/facts.ts';
import { findFiness, findRpps, findSiret } from '../../domain/identifiers.ts';
import type { Public } from '../../domain/rulebook.ts';
import { recogniseSender } from '../../domain/sender.ts';

const facts = (from: string, body = 'Bonjour'): Facts => ({
  channel: 'mail',
  mailbox: 'pfs-assures',
  subject: '',
  body,
  quoted: '',
  attachments: [],
  from,
  public: 'assure',
  received_at: '2026-03-18T09:00:00Z',
  prior_contacts: 0,
});
const says = (kind: Public, score: number): ModelReading => ({
  secondary: [],
  flags: new Map(),
  publics: [{ public: kind, score }],
  expert: 0.5,
});
const KNOWN = [{ domain: 'ccas.example', public: 'partenaire' as const }];

describe('who writes', () => {
  test.each([
    ['a machine’s address', 'no-reply@outil.example', 'Bonjour', undefined, 'machine', 'address'],
    ['a bounce', 'MAILER-DAEMON@mx.example', '', undefined, 'machine', 'address'],
    ['a known partner', 'anne@accueil.ccas.example', '', says('assure', 0.99), 'partenaire', 'address'],
    ['a look-alike of a known partner', 'anne@faux-ccas.example', '', undefined, 'assure', 'mailbox'],
    ['a ministry', 'cabinet@sante.gouv.fr', '', undefined, 'institution', 'address'],
    ['a firm by its SIRET', 'rh@atelier.example', 'SIRET 732 829 320 00074', undefined, 'employeur', 'siret'],
    ['a professional by the RPPS', 'dr@cabinet.example', 'RPPS : 10003456789', says('assure', 0.4), 'ps', 'rpps'],
    ['a hospital by the FINESS', 'b@chu.example', 'N° FINESS 590012345', undefined, 'ps', 'finess'],
    ['a member who cites a number', 'a@b.example', 'SIRET 732 829 320 00074', says('assure', 0.9), 'assure', 'model'],
    ['the model where it is sure', 'a@b.example', 'notre salarié', says('employeur', 0.7), 'employeur', 'model'],
    ['the mailbox where nothing is', 'a@b.example', 'bonjour', says('employeur', 0.35), 'assure', 'mailbox'],
  ] as const)('%s', (_what, from, body, model, kind, by) => {
    expect(recogniseSender(facts(from, body), KNOWN, model)).toEqual({ public: kind, by });
  });
});

describe('identifiers', () => {
  test('a SIRET has its key or its name; fourteen other digits are none', () => {
    expect(findSiret('73282932000074')).toHaveLength(1);
    expect(findSiret('73282932000075')).toHaveLength(0);
    expect(findSiret('Siret : 812 345 678 00012')).toHaveLength(1);
    expect(findSiret('dossier 2026-73282932000074')).toHaveLength(0);
  });

  test('an RPPS and a FINESS', () => {
    expect(findRpps('rpps 10101010101')).toHaveLength(1);
    expect(findRpps('tel 01010101010')).toHaveLength(0);
    expect(findFiness('FINESS 2A0000014')).toHaveLength(1);
    expect(findFiness('06 00 00 00 00')).toHaveLength(0);
  });
});
