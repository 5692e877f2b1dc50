import { beforeAll, describe, expect, test } from '@jest/globals';
import type { BotContext } from '../../domain/bot.ts';
import { readChat } from '../../domain/bot/chat-words.ts';
import { asksForPerson } from '../../domain/bot/person.ts';
import { intoFrench } from '../../domain/bot/tongues.ts';
import { play, shippedBot } from '../support/bot-measure.ts';

describe('turns in other tongues', () => {
  let context: Omit<BotContext, 'said'>;
  beforeAll(async () => {
    context = await shippedBot();
  }, 60_000);

  test.each([
    'vorrei parlare con un operatore',
    'ik wil met een medewerker spreken',
    'ich möchte mit einem Menschen sprechen',
    'vreau să vorbesc cu un operator',
    'chcę rozmawiać z człowiekiem',
    'biriyle görüşmek istiyorum',
    'мені потрібна жива людина',
    'соедините с оператором',
    'بغيت نهدر مع شي واحد',
    'أريد التحدث مع موظف من فضلك',
    'bghit nhdar m3a chi wahed',
    'me podem ligar por favor',
    'mwen vlé palé épi an moun',
    'mi vé koz ek in moun',
  ])('« %s » wishes for a person', (text) => {
    expect(asksForPerson(readChat(text), false).asked).toBe(true);
  });

  test.each([
    ['bonjou, manman mwen ka fè dyaliz et le taxi ne viendra plus lundi sans bon', 'intervention-imminente'],
    ['meine Operation ist morgen und die Klinik will eine Zusage', 'intervention-imminente'],
    ['завтра операция, больница просит согласие', 'intervention-imminente'],
    ['no tengo dinero para comer', 'precarite-financiere'],
    ['нет денег, нечего есть', 'precarite-financiere'],
    ['quero morrer', 'danger-vital'],
    ['I want to kill myself', 'danger-vital'],
    ['أريد أن أموت', 'danger-vital'],
    ['kocam beni dövüyor, korkuyorum', 'danger-vital'],
  ])('« %s » cannot wait', (text, flag) => {
    expect(play([text], context).state.flags).toContain(flag);
  });

  test('thanks, and « not that », are heard whatever the tongue', () => {
    const after = (text: string) => play(['où est ma carte vitale', text], context).kinds[1];
    for (const yes of ['дякую', 'ok multumesc', 'found it, cheers', 'شكرا'])
      expect([yes, after(yes)]).toEqual([yes, 'feedback-yes']);
    for (const no of ['це не те', 'nu e asta', 'non funziona', 'ليس هذا', 'ch’est nin cha'])
      expect([no, after(no)]).toEqual([no, 'feedback-no']);
  });

  test('French is left alone, also beside a foreign greeting', () => {
    for (const text of [
      'la carte sim ne passe pas',
      'hello, elle met combien de temps',
      'le conseiller dont je parle',
      'mon mi-temps',
    ]) {
      const words = text.replace(/[,']/g, '').split(/[ -]/);
      const { heard, reaches } = intoFrench(words);
      expect(reaches).toBe(false);
      expect(heard.map(({ word }) => word).filter((word) => word !== 'bonjour')).toEqual(
        words.filter((word) => word !== 'hello'),
      );
    }
  });
});
