import { describe, expect, test } from '@jest/globals';
import { parsePhrase, PhraseError } from '../../domain/match.ts';
import { finds } from './support.ts';

describe('a phrase is found however it is typed', () => {
  test.each([
    ['bon de transport', 'le taxi veut un BON DE TRANSPORT'],
    ['bon de transport', 'mes bons de transports sont perdus'],
    ['bon de transport', 'un bon  de\ntransport'],
    ['né sans vie', 'Notre fils est ne sans vie'],
    ['mort-né', 'un enfant mort né'],
    ['mort-né', 'MORT-NÉ'],
    ["j'ai renoncé", 'j’ai renoncé'],
    ["j'ai renoncé", 'jai renonce'],
    ["j'ai renoncé", 'j ai renoncé'],
    ["j'ai renoncé", 'g renoncé'],
    ['toujours rien', 'tjrs rien recu'],
    ['rendez-vous', 'un rdv'],
    ['cœur', 'les restos du coeur'],
    ['coeur', 'Mon CŒUR'],
    ['hôpital', 'les hôpitaux de Lille'],
    ["aujourd'hui", 'je sors aujourd hui'],
    ["l'hospitalis*", "l'hospitalisation de ma mère"],
    ['carte européenne', 'ca\u0301rte euro\u0301péenne'.replace('ca\u0301rte', 'carte').replace('euro\u0301', 'euro')],
    ['pension', 'ｐｅｎｓｉｏｎ'],
  ])('« %s » in « %s »', (phrase, text) => {
    expect(finds(phrase, text)).toBe(true);
  });

  test.each([
    ['ame', 'la dame du guichet'],
    ['img', 'le fichier imgur'],
    ['bon de transport', 'un bon. De transport il ne dit rien'],
    ['droits fermés', 'droits\n\nfermés'],
    ['2 mois', 'deux moi'],
    ['mois', 'pour moi'],
    ['bon de transport', 'bon pour le transport'],
  ])('« %s » is not in « %s »: words are whole and sentences end', (phrase, text) => {
    expect(finds(phrase, text)).toBe(false);
  });
});

describe('the four signs of a phrase', () => {
  test.each([
    ['opéré … demain', 'je suis opéré demain', true],
    ['opéré … demain', 'opéré de la main droite dès demain', false],
    ['opéré … demain', 'opéré de la hanche demain', true],
    ['opéré … demain', 'je suis opéré. À demain', false],
    ['opéré ... demain', 'opéré à Lille demain', true],
    ['(mon|ma) (mari|femme) me frappe', 'ma femme me frappe', true],
    ['(mon|ma) (mari|femme) me frappe', 'le mari me frappe', false],
    ['bon (de|) transport', 'bon transport', true],
    ['(de la|du) (caisse|guichet)', 'la dame du guichet', true],
    ['opéré(e)', 'elle est opérée', true],
    ['(opéré(e)|hospitalisé(e)) lundi', 'hospitalisée lundi', true],
    ['envoy(é|er) ma carte', 'envoyer ma carte', true],
    ['suicid*', 'des pensées suicidaires', true],
    ['suicid*', 'homicide', false],
    ['en finir.', 'je veux en finir', true],
    ['en finir.', 'je veux en finir, voilà', true],
    ['en finir.', 'je veux en finir avec ce dossier', false],
  ])('« %s » on « %s »: %s', (phrase, text, expected) => {
    expect(finds(phrase, text)).toBe(expected);
  });

  test.each([
    ['', 'aucun mot'],
    ['!!!', 'aucun mot'],
    ['(de|)', 'aucun mot'],
    ['… demain', '« … » se met entre deux mots'],
    ['demain …', '« … » se met entre deux mots'],
    ['a … b … c … d … e', 'plus de 3 « … »'],
    ['su*', 'au moins 3 lettres avant « * »'],
    ['le *', '« * » se met à la fin d’un mot'],
    ['né (sans vie', 'des parenthèses qui se ferment, sans autre groupe dedans'],
    ['né sans) vie', 'des parenthèses qui se ferment, sans autre groupe dedans'],
    ['((a|b)|c) d', 'des parenthèses qui se ferment, sans autre groupe dedans'],
    ['(sans vie)', 'une seule forme entre parenthèses ; écrivez (a|b) ou (a|)'],
    ['(a|b … c) d', '« … » se met hors des parenthèses'],
    [`(${Array.from({ length: 61 }, (_, i) => `mot${i}`).join('|')})`, 'plus de 60 formes entre parenthèses'],
    [Array.from({ length: 17 }, () => 'mot').join(' '), 'plus de 16 mots'],
  ])('« %s » is refused: %s', (phrase, reason) => {
    expect(() => parsePhrase(phrase)).toThrow(PhraseError);
    expect(() => parsePhrase(phrase)).toThrow(reason);
  });
});
