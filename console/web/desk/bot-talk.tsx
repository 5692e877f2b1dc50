import type { Thread } from '../api/types.ts';
import { MailText } from '../text/mail-text.tsx';
import { moment } from '../words/time.ts';

const WHO = { member: 'La personne', bot: 'ameliBot', adviser: 'Conseiller' } as const;

/** The talk with the bot that led here: what was said, and which requests it failed. */
export function BotTalk({ thread }: { readonly thread: Thread }) {
  const { bot } = thread;
  if (bot === null) return null;
  const failed = new Set(bot.failed.map(({ turn }) => turn));
  return (
    <section class="card" aria-labelledby="dialogue">
      <h2 id="dialogue">Dialogue avec ameliBot ({bot.portal})</h2>
      {bot.nir !== null && (
        <p>
          Numéro de sécurité sociale du compte : <MailText text={bot.nir} line />
        </p>
      )}
      <ol class="talk">
        {bot.said.map((turn, index) => (
          <li key={index} class={turn.by}>
            <p class="quiet">
              {WHO[turn.by]}, {moment(turn.at)}
              {turn.by === 'member' && failed.has(turn.turn) && ', demande sans réponse satisfaisante'}
            </p>
            <MailText text={turn.text} />
          </li>
        ))}
      </ol>
    </section>
  );
}
