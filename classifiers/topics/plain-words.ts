import { singular } from '../../domain/match/words.ts';

/**
 * Words that are no subject, without accents, put in the singular as those of a mail are. The lists err on the long side:
 * a word too many costs a label, a name too few would show a person.
 */
const set = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(singular),
  );

/** Function words, courtesy, the calendar, and what every mail to a caisse says. */
export const PLAIN = set(`
  le la les un une des du de au aux et ou mais donc car ni ne pas plus que qui quoi dont ou ce cet cette ces cela ca ceci
  mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il elle on nous vous ils elles me te se lui eux moi
  toi soi en y dans par pour sur sous avec sans chez vers entre depuis pendant avant apres contre selon malgre jusque lors
  lorsque quand comme comment pourquoi combien quel quelle quels quelles si oui non bien tres trop peu beaucoup assez encore
  toujours jamais deja aussi ainsi alors puis ensuite enfin meme autre chaque tout toute tous toutes aucun aucune plusieurs
  quelque certain rien personne ici la-bas voici voila est es suis sommes etes sont etait etaient etais etre ete soit sera
  serait seront serai fut ai as avons avez ont avait avaient avais avoir eu aura aurait auront aurais aie ait fait fais font
  faire faite faisait va vais allons allez vont aller allait peut peux pouvez pouvons peuvent pouvoir pourrait pourriez
  pourrais pouviez dois doit devez devons doivent devoir devrait devrais veut veux voulez voulons vouloir voudrais voudrait
  savoir sais sait savez dit dire disent merci bonjour bonsoir madame monsieur mesdames messieurs mme mlle mr cordialement
  salutation salut sincere respectueux respectueusement distinguee agreer veuillez prie cher chere svp stp bonne bon journee
  soiree avance remercie remerciant attente retour reponse repondre mail courriel message email objet sujet suite concernant
  demande demander demandais question information renseignement besoin aide aider permet permets possible merci lundi mardi
  mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
  jour jours semaine mois moi an annee heure matin soir hier demain aujourdhui aujourd maintenant date fin debut fois chose
  deux trois quatre cinq six sept huit neuf dix cent mille premier premiere deuxieme dernier derniere prochain dernierement
  recu recevoir envoye envoyer envoi parce afin cause grace lieu cas part point numero nom prenom adresse rue ville telephone
  portable tel fax cdt bjr slt ok merci voir vu mis mettre pris prendre donne donner avoir trouve trouver cela celui celle
  ceux celles lequel laquelle desquels auquel chacun quelqu quelquun vraiment simplement surtout notamment environ presque
  souvent parfois tellement autant moins mieux mal pire tant sinon sauf hormis hors afin puisque quoique tandis notre urgent
  urgence rapidement rapide vite svp cpam caisse securite sociale secu assurance maladie ameli dossier assure assuree`);

/** First names that many people bear; those that are everyday words (pierre, france, rose) only count in capitals. */
export const FIRST_NAMES = set(`
  adam adele adrien agathe agnes ahmed aicha alain albert alex alexandra alexandre alexis ali alice aline amandine amelie
  amina amine anais andre andrea andree angelique anna anne annick annie anthony antoine antoinette arlette armelle arnaud
  arthur audrey aurelie aurelien aurore axel baptiste barbara beatrice benedicte benjamin benoit bernadette bernard bertrand
  brigitte bruno camille carine carole caroline catherine cecile cedric celine chantal charlene charles charlotte chloe
  christelle christian christiane christine christophe claude claudette claudine clement clementine colette coralie corentin
  corinne cyril cyrille damien daniel daniele danielle david deborah delphine denis denise didier dominique dylan edith
  edouard elea eliane elisabeth elise elodie emeline emilie emilien emma emmanuel emmanuelle enzo eric estelle ethan eugene
  evelyne fabien fabienne fabrice fanny farid fatima fatiha fatma felix fernand fernande flavie florence florent florian
  floriane francine francis franck francois francoise frederic frederique gabriel gabrielle gael gaelle genevieve geoffrey
  georges georgette gerald gerard germaine ghislaine gilbert gilberte gilles ginette gisele gregory guillaume guy gwenaelle
  hamza hassan helene henri henriette herve hugo hugues huguette ibrahim ines ingrid irene isabelle ismael jacky jacqueline
  jacques jamila jason jean jeanne jeannine jeremy jerome jessica joel joelle johan johanna jonathan jordan jose joseph
  josette josiane josephine judith jules julia julie julien juliette justine karim karima karine katia kelly kevin khadija
  khalid laetitia lahcen laura laure laurence laurent lea leila lena leo leon leonie lilian liliane lina linda lionel lisa loic
  lola louis louise louisa loup luc lucas lucette lucie lucien lucienne ludivine ludovic lydia lydie lynda madeleine maeva
  magali malika manon manuel marc marcel marcelle margaux margot marguerite maria mariam marie marielle marina marine marion
  marius marjorie martial martine maryline maryse maryvonne mathieu mathilde mathis matthieu maud maurice max maxence maxime
  melanie melissa mehdi michael michel micheline michele mickael mireille mohamed mohammed monique morgane mounir mourad
  muriel mustapha myriam nabil nadege nadia nadine naima nathalie nathan nicolas nicole nina noah noemie noel noelle nora
  odette odile oceane olivier omar pascal pascale patrice patricia patrick paul paule paulette pauline philippe pierrette
  quentin rachel rachid raphael raymond raymonde raphaelle regine regis remi remy rene renee richard robert robin rodolphe
  roger roland rolande romain romane roseline rosalie roxane sabine sabrina said salima samia samir samira samuel sandra
  sandrine sarah sebastien serge severine simon simone sofia solange solene sonia sophie stephane stephanie suzanne sylvain
  sylvette sylviane sylvie tatiana theo theophile therese thibault thierry thomas tiffany timothee tristan valentin valentine
  valerie vanessa veronique vincent virginie viviane wilfried william xavier yacine yann yannick yasmina yasmine yohan yolande
  youssef yves yvette yvon yvonne zahra zoe`);
export const FIRST_NAMES_OR_WORDS = set(
  'pierre claire rose france constant blanche victoire lilas clemence prudence parfait',
);

/** A name follows within two words. */
export const BEFORE_A_NAME =
  set(`m mr mme mlle monsieur madame mademoiselle me maitre docteur dr pr professeur appelle nomme
  soussigne soussignee nommee signe conseiller conseillere prenomme`);
/** A place follows within three words. */
export const BEFORE_A_PLACE =
  set(`rue avenue av boulevard bd place allee impasse chemin route quai square residence cite
  lieudit hameau cedex bp`);
/** What follows is a signature. */
export const CLOSINGS = set('cordialement respectueusement sincerement bcp cdlt cdt salutation');
