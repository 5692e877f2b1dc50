import { describe, expect, test } from '@jest/globals';
import { readChat } from '../../domain/bot/chat-words.ts';
import { readMenu } from '../../domain/bot/menu.ts';
import { asksForPerson } from '../../domain/bot/person.ts';

describe('a wish for a person', () => {
  test.each([
    'un conseiller m’a dit de renvoyer la feuille, à quelle adresse ?',
    'mon conseiller France Travail demande une attestation',
    'je ne veux pas parler à un conseiller, juste savoir comment changer mon adresse',
    'quelqu’un utilise ma carte vitale à ma place',
    'est-ce que le médecin conseil peut me convoquer',
    'je suis agent territorial',
    'personne à charge, ça veut dire quoi',
    'personne ne répond au 3646, où en est mon dossier',
    'je m’appelle Sophie',
    'comment changer mon numéro de téléphone',
    'combien de personnes dans le foyer',
    'je parle de ma femme',
    'est-ce que je parle à un humain ?',
    'je n’ai pu parler à personne',
    'rappelez-moi quels documents envoyer',
    'pas besoin de conseiller merci',
    'j’ai eu un conseiller hier qui m’a dit d’attendre',
    'un monsieur de chez vous mavait expliqué',
    't un vrai humain ou un robot',
    'j’ai rendez-vous jeudi avec un conseiller, quels papiers apporter',
    'j’ai été reçu par un conseiller mardi',
    'j’adore parler aux murs',
    'est-ce qu’il faut prendre rendez-vous avec un conseiller pour déclarer un mariage ou ça se fait sur le compte ?',
    'dois-je passer par un conseiller pour inscrire mon fils ?',
    'je dois appeler quelqu’un pour ma carte ou je peux le faire sur internet ?',
    'faut prendre rdv avec un conseiller ou bien on peut envoyer le papier par la poste',
    'donnez-moi le service en ligne pour ça',
    'mon dossier est-il transféré ?',
    'bon je vais écrire au délégué alors',
    'pour faire venir quelqu’un le matin laver maman',
    'je me rappelle plus de mon code',
    'vous pouvez me conseiller ? laquelle choisir',
    'mon mari n’a pas d’ordinateur, je peux la commander à sa place ?',
    'c’est bon, pas besoin de parler à quelqu’un',
    'je n’ai pas besoin d’aide humaine, juste le lien',
    'je peux appeler depuis l’étranger pour les urgences ?',
    'comment joindre le justificatif au dossier ?',
    'j’ai eu quelqu’un au téléphone mardi, rien n’a bougé',
    'je voudrais parler de mon arrêt',
    'j’ai l’impression de parler à un mur, le certificat, qui le refait ?',
    'j’avais un rdv téléphonique à 10h, rien',
  ])('is not in « %s »', (text) => {
    expect(asksForPerson(readChat(text), false).asked).toBe(false);
  });

  test.each([
    'CONSEILLER !!!!',
    'je peux venir vous voir en vrai ?',
    'remettez-moi la même dame que la dernière fois',
    'faites remonter à un responsable',
    'je vais pas expliquer ça à une machine',
    'passez-moi le médecin conseil',
    'je voudrais être reçue',
    'non je reformule pas, faites venir un collègue humain',
    'qui peut me rappeler',
    'vous pouvez appeler moi sur le portable ?',
    'je préfère une madame qui m’explique doucement',
    'je prefere voir ça avec quelqu’un',
    'Serait-il possible d’échanger avec une personne ?',
    'comment vous joindre',
    'je veux un responsable',
    'vous pouvez me téléphoner ?',
    'je souhaite m’entretenir avec la personne qui instruit mon dossier',
    'jveux parler a un mec de la sécu',
    'quelqu’un parle anglais ?',
    'N’y a-t-il personne à qui parler ?',
    'mettez-moi en relation avec un agent',
    'je ne comprends rien à vos liens, je voudrais qu’une personne m’explique',
    'arretez avec le robot, une vraie personne svp',
    'c possible d avoir qqn au bout du fil',
    'vous pouvez mapeler svp',
    'ya moyen davoir un vrai gens ?',
    'je préférerais expliquer cela de vive voix',
    'ce serait mieux si je pouvais le ravoir lui ou un collegue',
    'que ma question soit lue par une personne',
    'c’est possible que l’un de vos collègues jette un oeil',
    'alors une personne s’il vous plaît',
    'jve parlé a 1 vré persone',
    'on peut sappeler ?',
    'need help from real person',
    'franchement passez-moi le service, ça ira plus vite',
    'passez-moi un responsable',
    'passez moi la personne qui suit mon dossier',
    'transférez-moi au service concerné',
    'passe moi ta cheffe',
    'donnez-moi le standard',
    'je dois parler à quelqu’un aujourd’hui ou ça va mal finir',
    'il me faut un conseiller ou je porte plainte',
  ])('is in « %s »', (text) => {
    expect(asksForPerson(readChat(text), false).asked).toBe(true);
  });
});

describe('words glued together', () => {
  test.each([
    ['mavez', 'm avez'],
    ['jcomprend', 'je comprends'],
    ['quil', 'qu il'],
    ['sattendre', 's attendre'],
    ['jlai', 'je l ai'],
    ['dinsuline', 'd insuline'],
    ['lhuissier', 'l huissier'],
    // words of their own
    ['dans', 'dans'],
    ['lettre', 'lettre'],
    ['maladie', 'maladie'],
    ['carte', 'carte'],
    ['mari', 'mari'],
    ['juillet', 'juillet'],
    ['situation', 'situation'],
    ['test', 'test'],
    ['quelle', 'quelle'],
    ['sage', 'sage'],
    ['savoir', 'savoir'],
    ['saurait', 'saurait'],
    ['décrire', 'decrire'],
  ])('« %s » is « %s »', (typed, whole) => {
    expect(readChat(typed).text.trim()).toBe(whole);
  });
});

describe('the menu', () => {
  const menu = [
    { label: 'Remboursements', also: ['Mes paiements'], motif: 'remboursement-soins' },
    { label: 'Carte Vitale', also: [], motif: 'carte-vitale' },
    { label: 'Autre demande', also: [] },
  ];
  test.each([
    ['1', 'remboursement-soins'],
    ['2)', 'carte-vitale'],
    ['choix 2', 'carte-vitale'],
    ['Mes remboursements', 'remboursement-soins'],
    ['REMBOURSEMENT', 'remboursement-soins'],
    ['mes paiements', 'remboursement-soins'],
    ['ma carte vitale', 'carte-vitale'],
    ['retour', undefined],
    ['autre demande', undefined],
  ])('« %s » is a click', (text, motif) => {
    expect(readMenu(text, menu, [])).toBeDefined();
    expect(readMenu(text, menu, [])?.motif).toBe(motif);
  });

  test.each(['ma carte vitale est perdue', 'remboursement ?', '36 46', 'non', 'oui', '2 remboursements manquent'])(
    '« %s » is none',
    (text) => {
      expect(readMenu(text, menu, [])).toBeUndefined();
    },
  );

  test('a number answers the question that was asked', () => {
    expect(readMenu('2', menu, ['naissance-enfant', 'maternite-paternite'])?.motif).toBe('maternite-paternite');
  });
});
