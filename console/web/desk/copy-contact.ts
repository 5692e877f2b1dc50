import { call } from '../api/client.ts';
import { complain, say } from '../shell/notices.tsx';

/** Puts the NIR and a line about the contact in the clipboard, for the business tools. The server keeps a trace. */
export async function copyContact(id: string): Promise<void> {
  try {
    const { nirs, summary } = await call<{ nirs: string[]; summary: string }>(
      'POST',
      `/api/conversations/${id}/contact`,
      {},
    );
    await navigator.clipboard.writeText([...nirs, summary].join('\n'));
    say(nirs.length === 0 ? 'Résumé copié ; aucun NIR dans les messages.' : 'NIR et résumé copiés. L’accès est tracé.');
  } catch (error) {
    complain(error instanceof DOMException ? 'Le navigateur refuse le presse-papiers.' : error);
  }
}
