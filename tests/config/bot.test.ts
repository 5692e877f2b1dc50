import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadRulebook } from '../../config/load.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { countWords } from '../../domain/text/tokens.ts';

describe('the settings and answers of the bot', () => {
  let shipped: Map<string, string>;
  beforeAll(async () => {
    shipped = await readConfigFolder(SHIPPED_CONFIG);
  });

  test('as shipped, cover every motif: an answer, a person, or a reason for neither', () => {
    const { rulebook, problems } = loadRulebook(shipped);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const bot = rulebook!.bot!;
    expect(Object.keys(bot.answers).length).toBeGreaterThanOrEqual(27);
    for (const [motif, text] of Object.entries(bot.answers)) {
      expect([motif, countWords(text) <= 90 + 20, text.includes('{{')]).toEqual([motif, true, false]);
    }
    for (const motif of rulebook!.motifs.filter(({ restricted }) => restricted))
      expect(bot.human_motifs).toContain(motif.id);
  });

  test('every fault is named where it stands, all at once', () => {
    const answer = (motif: string, body: string): string => `---\nmotif: ${motif}\n---\n${body}\n...\n`;
    const files = new Map(shipped);
    const change = (file: string, how: (text: string) => string): Map<string, string> =>
      files.set(file, how(files.get(file) ?? ''));
    change('bot.yaml', (text) => text.replace('[service-medical-ald, ', '['));
    files.delete('bot/rdv-demande.md');
    change('bot/unknown.md', () => answer('carte-vital', 'Bonjour.'));
    change('bot/second.md', () => answer('carte-vitale', 'Ici : {{teleservice}}'));
    change('bot/grief.md', () => answer('deuil-perinatal', 'Bonjour.'));
    change('bot/carte-vitale.md', () => answer('carte-vitale', 'Gratuite.'));
    change('bot/ame-demande.md', () => answer('ame-demande', 'Voir {{teleservice}}'));
    change('bot/indu-creance.md', () => answer('indu-creance', 'Envoyez-nous votre RIB par retour de mail.'));
    change('bot/at-mp-dossier.md', () => answer('at-mp-dossier', 'Joignez votre certificat médical.'));
    change('bot/affiliation-droits.md', () =>
      answer('affiliation-droits', 'Indiquez-nous votre numéro de sécurité sociale.'),
    );
    change('bot/deces-capital-deces.md', () => answer('deces-capital-deces', 'Félicitations !'));
    change('bot/contestation-recours.md', () => answer('contestation-recours', 'Vous auriez dû écrire plus tôt.'));
    change('bot/ij-calcul-montant.md', () => answer('ij-calcul-montant', 'mot '.repeat(91)));
    change('bot/hors-competence.md', () => answer('hors-competence', 'Voici {{nir}}.'));
    const { problems, rulebook } = loadRulebook(files);
    expect(rulebook).toBeUndefined();
    const said = problems.map((problem) => `${problem.file}:${problem.line} ${problem.what} ${problem.value ?? ''}`);
    for (const expected of [
      /^bot\.yaml:\d+ un motif réservé n’a jamais de réponse automatique service-medical-ald/,
      /^bot\.yaml:\d+ motif sans réponse de l’assistant rdv-demande/,
      /^bot\/unknown\.md:2 motif inconnu carte-vital/,
      /^bot\/second\.md:2 ce motif a déjà une réponse/,
      /^bot\/grief\.md:4 ce motif n’a jamais de réponse automatique/,
      /^bot\/carte-vitale\.md:4 la réponse ne donne pas le téléservice/,
      /^bot\/ame-demande\.md:4 ce motif n’a pas de téléservice/,
      /^bot\/indu-creance\.md:4 .*coordonnées bancaires/,
      /^bot\/at-mp-dossier\.md:4 .*information médicale/,
      /^bot\/affiliation-droits\.md:4 .*numéro de sécurité sociale/,
      /^bot\/deces-capital-deces\.md:4 félicitations/,
      /^bot\/contestation-recours\.md:4 Formulation de reproche/,
      /^bot\/ij-calcul-montant\.md:4 réponse trop longue 91 mots/,
      /^bot\/hors-competence\.md:4 variable inconnue \{\{nir\}\}/,
    ])
      expect(said).toContainEqual(expect.stringMatching(expected));
  });

  test('an answer cut short does not load', () => {
    const files = new Map(shipped).set('bot/carte-vitale.md', '---\nmotif: carte-vitale\n---\nGratuite.\n');
    expect(loadRulebook(files).problems.map(({ what }) => what)).toContainEqual(expect.stringContaining('coupé'));
  });

  test('a set without a bot loads all the same', () => {
    const files = new Map([...shipped].filter(([name]) => name !== 'bot.yaml' && !name.startsWith('bot/')));
    expect(loadRulebook(files).rulebook?.bot).toBeUndefined();
  });
});
