import { describe, expect, test } from '@jest/globals';
import { parisDay } from '../../domain/match/dates.ts';
import { daysAhead, waits } from '../../domain/match/delays.ts';
import { readWords } from '../../domain/match/words.ts';
import { AT, match } from './support.ts';

/** Read on Wednesday 18 March 2026. */
function longestWait(text: string): number | undefined {
  const days = waits(readWords(text), parisDay(AT)).map((wait) => wait.days);
  return days.length === 0 ? undefined : Math.max(...days);
}
function nearestDay(text: string): number | undefined {
  const days = daysAhead(readWords(text), parisDay(AT)).map((day) => day.days);
  return days.length === 0 ? undefined : Math.min(...days);
}

describe('how long somebody has waited', () => {
  test.each([
    ['depuis 10 jours', 10],
    ['ça fait 7 semaines que j’attends', 49],
    ['ca fait plus de 2 mois', 61],
    ['depuis deux mois et demi', 76],
    ['voilà quarante-cinq jours', 45],
    ['depuis vingt et un jours', 21],
    ['il y a un an', 365],
    ['6 semaines sans salaire', 42],
    ['cinquante jours bientôt', 50],
    ['depuis le 12/01', 65],
    ['depuis le 12/01/2026', 65],
    ['depuis le 3 mars', 15],
    ['depuis le 1er février', 45],
    ['arrêt du 12 janvier', 65],
    ['en arrêt depuis le 3', 15],
    ['depuis septembre', 198],
    ['depuis fin janvier', 52],
    ['depuis le 20 décembre', 88],
    ['depuis le 2 avril', 350],
    ['congé commencé le 2 mars', 16],
    ['accident du 10 décembre', 98],
    ['depuis 15j', 15],
    ['ca fait 45 j', 45],
    ['50jrs sans rien', 50],
    ['depuis une quarantaine de jours', 40],
    ['depuis des mois', 61],
    ['ça fait plusieurs semaines', 21],
    ['3 mois d’arrêt', 92],
    ['55 jours de congé mat', 55],
    ['congé mat 9 sem', 63],
    ['41 jours. Pas un centime.', 41],
    ['Sept semaines et pas un euro.', 49],
    ['vous me devez 11 semaines', 77],
    ['arrêté depuis le 16 fév.', 30],
    ['mon arrêt (24 janvier - 18 février)', 53],
    ['congé du 2 au 15 février', 31],
    ['congé du 2 février au 15 février', 44],
    ['arrêt du 9 au 30 mars', 9],
    ['le 12 janvier, arrêt de six semaines', 65],
    ['le 2 février j’ai été arrêté', 44],
    ['opérée le 2 février', 44],
    ['dernier versement : 29 janvier', 48],
    ['mes ij de janvier', 46],
    ['les indemnités du 4 au 28 janvier', 49],
    ['depuis Noël', 83],
    ['depuis la Toussaint', 137],
    ['depuis le jour de l’an', 76],
    ['depuis la rentrée', 198],
    ['Le 2 février je me suis coincé le dos, on est le 18 mars', 44],
    ['bébé né le 10 janvier, nous voilà mi-mars', 67],
    // A text that came long after the day it names counts from that day.
    ['Mon arrêt date du 30 avril et nous voilà fin juin sans un sou', 56],
    ['payé une fois, le 15 mai. On est fin août', 102],
    ['Accident du 4 février. Nous voici le 14 avril', 69],
    ['depuis le 1er mars ; on est début mai', 65],
    ['Aujourd’hui 3 décembre : toujours rien depuis le 20 octobre', 44],
    ['mon arrêt est du 3 mars', 15],
  ])('« %s »: %s days', (text, days) => {
    expect(longestWait(text)).toBe(days);
  });

  test.each([
    'je suis payé par mois',
    'un congé de 28 jours',
    'je suis né le 12 janvier 1980',
    'rendez-vous le 12 janvier',
    'en congé jusqu’au 7 septembre',
    'j’accouche lundi 8 juin',
    'en arrêt jusqu’au mois de mai',
    'pour les quinze jours à venir',
    'dans 3 semaines',
    'depuis toujours',
    'les 3 derniers mois de salaire',
    'depuis le 45/13',
    'depuis 99999999999999999999 jours',
  ])('« %s » is no wait', (text) => {
    expect(longestWait(text)).toBeUndefined();
  });
});

describe('which coming day a text names', () => {
  test.each([
    ["aujourd'hui", 0],
    ['demain matin', 1],
    ['après-demain', 2],
    ['opérée lundi', 5],
    ['mercredi prochain', 7],
    ['la semaine prochaine', 7],
    ['dans 3 jours', 3],
    ['dans deux semaines', 14],
    ['le 24/03', 6],
    ['le 24 mars', 6],
    ['le 24', 6],
    ['lundi 8 juin', 82],
    ['le 12 septembre 2026', 178],
  ])('« %s »: in %s days', (text, days) => {
    expect(nearestDay(text)).toBe(days);
  });

  test.each(['lundi dernier', 'depuis lundi', 'le 3 mars', 'le 12/03/2025', 'hier', 'le 31 février', 'le 100e jour'])(
    '« %s » names none',
    (text) => {
      expect(nearestDay(text)).toBeUndefined();
    },
  );

  test('the day is that of Paris, also when the server’s is another', () => {
    const condition = { all: [{ date_within_days: 0 }] };
    // 23:30 on the 23rd in UTC is 00:30 on the 24th in Paris.
    expect(match(condition, 'rendez-vous le 24 mars', { received_at: '2026-03-23T23:30:00Z' }).matched).toBe(true);
    expect(match(condition, 'rendez-vous le 24 mars', { received_at: '2026-03-23T22:30:00Z' }).matched).toBe(false);
  });
});
