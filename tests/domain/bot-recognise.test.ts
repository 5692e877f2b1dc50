import { describe, expect, test } from '@jest/globals';
import { CHAT_CHARS_MAX, readChat } from '../../domain/bot/chat-words.ts';
import { recognise, type Before } from '../../domain/bot/recognise.ts';
import { readSignals } from '../../domain/bot/signals.ts';
import type { BotRequest, TurnKind } from '../../domain/bot/state.ts';

const REQUEST: BotRequest = { turn: 1, verdict: 'none', motif: null, announced: false, choices: [] };
const SAID = ['comment obtenir une attestation de droits'];

const BEFORE: Before = {
  first: false,
  request: REQUEST,
  offered: false,
  said: SAID,
  near: () => ({ same: 1, apart: 0 }),
};

function kindOf(text: string, before: Partial<Before> = {}): string {
  const act = recognise(text, { ...BEFORE, ...before });
  return `${act.kind}${act.no === true ? '+no' : ''}${act.yes === true ? '+yes' : ''}`;
}

const after = (verdict: BotRequest['verdict']): Partial<Before> => ({ request: { ...REQUEST, verdict } });

describe('turns of a chat, behind a first question that was answered', () => {
  test.each<[string, TurnKind | string]>([
    // the answer was for others, or for another thing
    ['Pas mes remboursements, l’attestation de DROITS, comment on la demande', 'reformulation'],
    ['Réponse sans rapport, on me parle de remboursements', 'reformulation'],
    ['ok pour l’attestation. et elle est valable combien de temps ?', 'question+yes'],
    ['né en avril 2009', 'question'],
    // satisfied, whatever « non » is in it
    ['ok merci', 'feedback-yes'],
    ['non c’est bon', 'feedback-yes'],
    ['non merci', 'feedback-yes'],
    ['non c’est tout', 'feedback-yes'],
    ['Ah si, pardon, c’est bon.', 'feedback-yes'],
    ['c bon g trouvé', 'feedback-yes'],
    ['dac mrc', 'feedback-yes'],
    ['oui parfait', 'feedback-yes'],
    ['ok ça marche', 'feedback-yes'],
    ['pas mal, merci', 'feedback-yes'],
    ['👍', 'feedback-yes'],
    ['ok je vais appeler mon médecin', 'feedback-yes'],
    ['voilà c’était ça', 'feedback-yes'],
    ['ah oui c’était celle-là', 'feedback-yes'],
    ['ok c’était bien ça merci', 'feedback-yes'],
    ['c’est gentil mais c’est bon', 'feedback-yes'],
    // not satisfied, whatever « oui » is in it
    ['non', 'feedback-no'],
    ['nn', 'feedback-no'],
    ['oui mais non', 'feedback-no'],
    ['ça ne répond pas à ma question', 'feedback-no'],
    ['sa repond pa a ma kestion', 'feedback-no'],
    ['pas du tout', 'feedback-no'],
    ['merci mais ça m’aide pas', 'feedback-no'],
    ['merci pour rien', 'feedback-no'],
    ['c’est nul', 'feedback-no'],
    ['???', 'feedback-no'],
    ['j’ai deja fait tout ca', 'feedback-no'],
    ['ça marche pas', 'feedback-no'],
    ['c pa sa', 'feedback-no'],
    ['je comprends rien à votre réponse', 'feedback-no'],
    ['laissez tomber', 'feedback-no'],
    ['Votre lien renvoie vers une page vide.', 'feedback-no'],
    ['je n’ai pas cette rubrique', 'feedback-no'],
    ['👎', 'feedback-no'],
    ['🙄🙄', 'feedback-no'],
    ['🤦', 'feedback-no'],
    // politeness, and what the answer is worth
    ['c’est gentil mais votre lien me ramène à l’accueil du site', 'feedback-no'],
    ['c’est bien beau mais le bouton n’existe pas', 'feedback-no'],
    ['c’est sympa mais ça me renvoie au menu', 'feedback-no'],
    ['Merci, mais justement il ne peut pas le faire en ligne', 'feedback-no'],
    // what the answer was about, and nothing more
    ['non ça c’est l’attestation de salaire', 'feedback-no'],
    ['non là vous me parlez de la carte', 'feedback-no'],
    ['mais non ça c’est pour les employeurs', 'feedback-no'],
    // nothing new
    ['non plus', 'feedback-no'],
    ['c’est le même relevé', 'feedback-no'],
    ['je retombe sur la même page', 'feedback-no'],
    ['vous me redonnez le même lien', 'feedback-no'],
    ['toujours le même document', 'feedback-no'],
    // done already, in any spelling
    ['ok mais jlai deja fait', 'feedback-no'],
    ['deja regardé ca aussi', 'feedback-no'],
    ['l’acte, je l’ai déjà transmis', 'reformulation'],
    // irony
    ['bravo le robot 👏👏 tu m’as recopié ton site', 'feedback-no'],
    ['j’adore parler aux murs', 'feedback-no'],
    ['Me voilà bien avancée.', 'feedback-no'],
    ['autant interroger une plante verte', 'feedback-no'],
    ['vous me redonnez la lettre en fait', 'feedback-no'],
    ['on tourne en rond', 'feedback-no'],
    // French that is being learnt
    ['no not this', 'feedback-no'],
    ['not understand your answer', 'feedback-no'],
    ['no entiendo nada', 'feedback-no'],
    // a person
    ['laisse tomber je veux parler à quelqu’un', 'ask-human'],
    ['jpeux parler a qqn svp', 'ask-human'],
    ['un conseillé svp', 'ask-human'],
    ['je ne veux pas parler à un robot', 'ask-human'],
    ['y a moyen d’avoir un humain ?', 'ask-human'],
    ['rappelez-moi', 'ask-human'],
    ['transmettez ma demande à un technicien, je vous prie', 'ask-human'],
    ['votre numéro de téléphone ?', 'ask-human'],
    ['I want to talk to a human', 'ask-human'],
    ['man lé palé épi an moun souplé', 'ask-human'],
    ['quiero hablar con alguien', 'ask-human'],
    ['j’aimerais que l’un d’eux me réponde', 'ask-human'],
    // small change
    ['t un robot ou ya qqn derrière l’écran', 'smalltalk'],
    ['je peux reparler à la dame que j’ai eue hier ? elle connaissait tout', 'ask-human'],
    ['Je préfère qu’une dame ou un monsieur m’appelle au sujet du taxi.', 'ask-human'],
    ['je voudrais que quelqu’un m’appelle s’il vous plaît', 'ask-human'],
    ['sorry this is useless, can somebody from your team get on the line with me?', 'ask-human'],
    ['vous donnez pour une personne seule là. on est 3', 'reformulation'],
    ['oui mais s’il n’y a personne qui prend de nouveaux patients près de chez moi ?', 'reformulation+no'],
    ['bonjour', 'smalltalk'],
    ['attends une petite minute', 'smalltalk'],
    ['euh', 'smalltalk'],
    ['connard', 'smalltalk'],
    ['mdr', 'smalltalk'],
    ['t’es un robot ?', 'smalltalk'],
    ['vous êtes un robot c’est ça ? mdr', 'smalltalk'],
    ['t’es un bot hein', 'smalltalk'],
    ['vous etes un robot je suppose', 'smalltalk'],
    // the same need, in other words
    ['non, moi je parlais de ma carte vitale', 'reformulation+no'],
    ['je reformule : où est mon attestation de droits', 'reformulation'],
    ['je veux le papier qui prouve mes droits', 'reformulation'],
    ['c’est pas ça, je veux l’attestation de 2022', 'reformulation+no'],
    ['oui mais je veux celle de 2022', 'reformulation+no'],
    ['mon médecin dit que l’attestation c’est à vous, alors qui', 'reformulation'],
    ['l’attestation je l’ai déjà envoyée, comment ça se fait que ça bloque encore', 'reformulation'],
    ['il me faut octobre en entier, du 1er au 31, pour ma boîte d’intérim', 'reformulation'],
    ['je veux l’année complète, du 1er janvier au 31 décembre', 'reformulation'],
    ['non ça c’est pour les salariés, moi je suis indépendante', 'reformulation+no'],
    // one more question on it
    ['et ça prend combien de temps ?', 'question'],
    ['ok et il faut la signer ?', 'question+yes'],
    ['merci, et pour mon fils ?', 'question+yes'],
    ['c’est le même formulaire pour mon fils ?', 'question'],
    // another subject
    ['et sinon pour mon autre question, mon RIB', 'new-topic'],
    ['autre chose : comment changer de médecin', 'new-topic'],
    ['rien à voir mais ma carte est bloquée', 'new-topic'],
    ['ok merci, autre question, comment changer mon rib', 'new-topic+yes'],
  ])('« %s » is %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  test('another subject may need no word for it: the motifs say so', () => {
    expect(kindOf('ma carte vitale est perdue', { near: () => ({ same: 0.05, apart: 0.95 }) })).toBe('new-topic');
    // Right after « non » people rather say the same again.
    const unsure = { near: () => ({ same: 0.2, apart: 0.7 }) };
    expect(kindOf('ma carte vitale est perdue', { ...after('failed'), ...unsure })).toBe('reformulation');
  });

  test('after « non » or a hasty « merci », a complaint that names the matter is the next attempt', () => {
    expect(kindOf('y a pas de bouton pour l’attestation', after('failed'))).toMatch(/^reformulation/);
    expect(kindOf('euh en fait c’est pas la bonne attestation qui s’ouvre', after('satisfied'))).toBe(
      'reformulation+no',
    );
    expect(kindOf('encore la même page', after('failed'))).toBe('feedback-no');
  });

  test('without the turn model the phrase lists decide alone', () => {
    expect(kindOf('non', { turns: null })).toBe('feedback-no');
    const read = recognise('je vois pas le rapport avec mes droits', {
      first: false,
      request: REQUEST,
      offered: false,
      said: SAID,
      near: () => ({ same: 1, apart: 0 }),
      turns: null,
    });
    expect(read.read).toBeUndefined();
  });

  test('what a turn is depends on what became of the request', () => {
    expect(kindOf('l’attestation de droits', after('failed'))).toBe('reformulation+no');
    expect(kindOf('l’attestation de droits', after('satisfied'))).toBe('question');
    // « autre chose ? – non »
    expect(kindOf('non', after('satisfied'))).toBe('smalltalk');
    // « dites-le avec d’autres mots – ok »
    expect(kindOf('ok', after('failed'))).toBe('smalltalk');
    expect(kindOf('ah si c’est bon', after('failed'))).toBe('feedback-yes');
  });

  test('praise under a face that says the contrary, or of no help, is none', () => {
    for (const text of [
      '🙄 super utile',
      'merci pour le copier-coller',
      'nan ça va toujours pas ton explication',
      'génial. encore un lien. bravo.',
    ])
      expect([text, kindOf(text)]).toEqual([text, 'feedback-no']);
  });

  test('« oui » behind an offer takes it up, also where the last answer was refused', () => {
    expect(kindOf('oui je veux bien', { ...after('failed'), offered: true })).toBe('feedback-yes');
    expect(kindOf('non merci', { ...after('failed'), offered: true })).toBe('feedback-yes');
    const act = recognise('non merci', {
      first: false,
      request: REQUEST,
      offered: true,
      said: SAID,
      near: () => ({ same: 1, apart: 0 }),
    });
    expect(act.no_thanks).toBe(true);
  });

  test('before any request, a complaint is the request, and politeness is nothing', () => {
    const opening: Partial<Before> = { first: true, request: null, said: [] };
    expect(kindOf('votre site ne marche pas', opening)).toBe('question');
    expect(kindOf('bonjour', opening)).toBe('smalltalk');
    expect(kindOf('j attends un remboursement', opening)).toBe('question');
    expect(kindOf('j’ai une question', opening)).toBe('smalltalk');
    expect(kindOf('non', opening)).toBe('feedback-no');
    expect(kindOf('Pardonnez-moi, j’ai appuyé trop tôt.', opening)).toBe('smalltalk');
    expect(kindOf('merci à la personne qui a débloqué mon dossier', opening)).not.toBe('ask-human');
    expect(kindOf('pas besoin de me passer qqn, où est mon remboursement', opening)).toBe('question');
    expect(kindOf('allo y a quelqu’un ?', opening)).toBe('smalltalk');
    expect(kindOf('y a quelqu’un ?')).toBe('ask-human');
  });

  test.each([
    'Monsieur, j’ai reçu un décompte que je ne comprends pas',
    'Madame, je vous écris au sujet d’une lettre dont je ne saisis pas le sens',
    'Bonjour madame, je comprends rien au courrier reçu hier',
    'faut-il voir un agent pour changer de rib ou c’est faisable en ligne',
  ])('a form of address, or a person as one way among others, is no wish: « %s »', (text) => {
    expect(kindOf(text, { first: true, request: null, said: [] })).toBe('question');
  });

  test('what is announced first and said then is one request', () => {
    const announced: Partial<Before> = {
      request: { ...REQUEST, announced: true },
      said: ['c’est pour ma carte vitale'],
    };
    expect(kindOf('je l’ai perdue', announced)).toBe('question');
    for (const first of ['c’est pour mon numéro de sécu', 'je suis la fille de Mme D.'])
      expect([first, recognise(first, { ...BEFORE, first: true, request: null, said: [] }).announces]).toEqual([
        first,
        true,
      ]);
  });
});

describe('hostile turns', () => {
  test.each([
    'très '.repeat(1_500),
    'non '.repeat(1_500),
    'ne me le pas '.repeat(800),
    'parler à '.repeat(800),
    'un vrai '.repeat(1_000),
    'oui mais '.repeat(800),
    'merci '.repeat(1_200),
    'faut il voir '.repeat(600),
    'je dois voir un conseiller ou '.repeat(250),
    'c’est le même '.repeat(600),
    'non ça c’est '.repeat(600),
    'passez-moi le '.repeat(600),
    'не '.repeat(1_300),
    'no es lo '.repeat(800),
    '?!.,'.repeat(2_000),
    '😀'.repeat(2_000),
    'constructor __proto__ toString',
    '',
    ' \n\t\u0000',
    'a'.repeat(20_000),
    '(((((((((((((',
  ])('are read in a moment (%#)', (text) => {
    const started = performance.now();
    readSignals(text, false);
    kindOf(text);
    // Far above what it takes, far below what a runaway pattern would.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('a pasted novel is read up to a limit', () => {
    expect(readChat('mot '.repeat(100_000)).words.length).toBeLessThanOrEqual(CHAT_CHARS_MAX / 4);
  });
});

describe('what failed once is not forgotten', () => {
  const failed_once = { ...after('none'), failed: 1, near: () => ({ same: 0.2, apart: 0.7 }) };
  test.each([
    ['« ok, j’attends » makes nothing good', 'ok, poursuivez', 'smalltalk'],
    ['« merci, c’est bon » does', 'ah oui merci c’est bon', 'feedback-yes'],
    ['what is told without asking is of the matter at hand', 'pensionnée du régime général, oui', 'question'],
  ])('%s', (_name, text, kind) => expect(kindOf(text, failed_once)).toBe(kind));

  test.each([
    'bon je verrai. pour les mails de remboursement, comment on les arrête ?',
    'pas grave. j’aimerais plutôt changer mon mail de contact',
    'ok leave it. different thing, comment ajouter mon fils à mon compte',
  ])('who lets a refused answer be and asks something else begins anew: « %s »', (text) =>
    expect(kindOf(text, { ...after('failed'), failed: 1, near: () => ({ same: 0.1, apart: 0.9 }) })).toMatch(
      /^new-topic/,
    ),
  );

  test.each(['bref : pourquoi ce n’est pas payé ?', 'on verra bien, mais comment je l’obtiens ?'])(
    'who only sighs stays with the matter: « %s »',
    (text) => expect(kindOf(text, { ...after('failed'), failed: 1 })).not.toMatch(/^new-topic/),
  );

  test('thanked too early: « euh en fait non » takes it back', () => {
    expect(kindOf('euh en fait non', after('satisfied'))).toBe('feedback-no');
    expect(kindOf('parfait, vous n’avez rien oublié')).toBe('feedback-yes');
    const text = 'euh en fait non, votre lien c’est pour MON compte, comment on le voit sur le sien ?';
    expect(kindOf(text, after('satisfied'))).toBe('reformulation+no');
  });

  test.each(['Ok donc vous ne savez pas, génial', 'Génial. Le même paragraphe. Merci le robot 👏'])(
    'praise of an answer that did not serve is none: « %s »',
    (text) => expect(kindOf(text)).toMatch(/^feedback-no|^reformulation/),
  );
});

describe('an offer of a person', () => {
  test.each([
    ['merci, pas besoin', true],
    ['pas maintenant merci', true],
    ['je me débrouille, merci', true],
    ['merci, au revoir', true],
    ['carrément', false],
    ['oui mais rapidement', false],
    ['évidemment', false],
    // politeness behind a yes takes nothing back
    ['oui merci, bonne journée', false],
    ['ok merci, au revoir', false],
    ['je veux bien, bonne soirée', false],
    ['oui mais pas maintenant', true],
  ])('« %s »: declined %s', (text, declined) => {
    const act = recognise(text, { ...BEFORE, offered: true, failed: 2 });
    expect([act.kind, act.no_thanks ?? false]).toEqual(['feedback-yes', declined]);
  });
});

describe('a wish the lists hear is none where the model knows better', () => {
  test.each([
    'merci c’est parfait pour l’attestation. je voudrais un conseiller',
    'ah c’est très bien tout ça, merci de transmettre à un conseiller',
    'Ah d’accord, je comprends mieux, je souhaite être contactée',
  ])('but « %s » is believed', (text) => expect(kindOf(text)).toBe('ask-human'));

  test('nothing but marks wishes for nobody', () => expect(kindOf('?!?!')).not.toBe('ask-human'));

  test.each(['ah d’accord il y a un numéro pour les pros. merci bien', 'ah d’accord il y a un numéro pour ça, merci'])(
    '« %s »',
    (text) => {
      expect(readSignals(text, false).person).toBe(true);
      expect(kindOf(text)).not.toBe('ask-human');
    },
  );
});
