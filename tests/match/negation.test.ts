import { describe, expect, test } from '@jest/globals';
import { finds } from './support.ts';

describe('a phrase does not match a text that denies it', () => {
  test.each([
    ['suicidaire', 'je ne suis pas suicidaire'],
    ['suicid*', 'je ne suis plus suicidaire'],
    ['suicid*', "je n'ai aucune intention de me suicider"],
    ['me suicid*', 'je ne vais pas me suicider, rassurez-vous'],
    ['suicid*', 'ni suicidaire ni violent'],
    ['danger', 'je ne suis pas du tout en danger'],
    ['idées noires', "je n'ai jamais eu d'idées noires"],
    ['renonce', 'je ne renonce pas à mes soins'],
    ['me suicide', 'je ne me suicide pas'],
    ['renoncé à', "je n'ai renoncé à aucun soin"],
    ['renoncé', "elle n'y a jamais renoncé"],
    ['payé', 'mes indemnités sont non payées'],
    ['urgent', "ce n'est pas urgent"],
    ['urgent', 'cest pas urgent'],
  ])('« %s » is not in « %s »', (phrase, text) => {
    expect(finds(phrase, text)).toBe(false);
  });
});

describe('a negation elsewhere in the text hides nothing', () => {
  test.each([
    ['en finir', "je n'ai plus rien, je veux en finir"],
    ['en finir', 'ça ne va pas je veux en finir'],
    ['droits fermés', 'je ne comprends pas pourquoi mes droits sont fermés'.replace('sont fermés', 'fermés')],
    ['payer mon loyer', "je n'arrive plus à payer mon loyer"],
    ['payer mon loyer', 'je ne peux plus payer mon loyer'],
    ['me connecter', "je n'arrive pas à me connecter"],
    ['bon de transport', 'le taxi refuse sans bon de transport'],
    ['suicid*', 'je ne dors pas et je pense au suicide'],
    ['me suicid*', 'Vous ne répondez pas. Je vais me suicider'],
    ['né sans vie', 'Notre fils est né sans vie'],
    ['carte perdue', "je n'ai pas de compte, carte perdue"],
  ])('« %s » is in « %s »', (phrase, text) => {
    expect(finds(phrase, text)).toBe(true);
  });
});

describe('a phrase that holds the negation itself is taken as it stands', () => {
  test.each([
    ['plus envie de vivre', "je n'ai plus envie de vivre", true],
    ['plus envie de vivre', 'jai plus envie de vivre', true],
    ['(plus|pas) (reçu|touché)', "je n'ai toujours pas reçu", true],
    ['(plus|pas) (reçu|touché)', "j'ai reçu", false],
    ['ne me laissez pas mourir', 'ne me laissez pas mourir', true],
  ])('« %s » on « %s »: %s', (phrase, text, expected) => {
    expect(finds(phrase, text)).toBe(expected);
  });

  test('« né » is no « ne »: « mort-né » denies nothing and is denied like any other phrase', () => {
    expect(finds('mort-né', "il n'est pas mort-né")).toBe(false);
    expect(finds('mort-né', 'mort-né le 9 octobre, pas reçu de courrier')).toBe(true);
    expect(finds('carte', 'né le 12 mars, carte pas reçue')).toBe(true);
  });
});
