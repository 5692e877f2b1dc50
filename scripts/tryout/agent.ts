import type { FastifyInstance } from 'fastify';

/** A demo agent who works through the real API: signs in, takes the next conversation, answers, until told to stop. */
export interface DemoAgent {
  /** Answers up to `count` conversations; ends earlier when nothing is left. @returns how many were answered. */
  answer(count: number): Promise<number>;
}

export async function signInDemoAgent(
  app: FastifyInstance,
  origin: string,
  login: string,
  password: string,
): Promise<DemoAgent> {
  const signIn = await app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { origin, 'sec-fetch-site': 'same-origin' },
    payload: { login, password },
  });
  if (signIn.statusCode >= 300) throw new Error(`demo agent could not sign in: ${signIn.statusCode}`);
  const cookie = signIn.cookies.map((item) => `${item.name}=${item.value}`).join('; ');
  const { csrf_token } = signIn.json<{ csrf_token: string }>();
  const headers = { origin, cookie, 'x-csrf-token': csrf_token, 'sec-fetch-site': 'same-origin' };
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, headers, payload });

  return {
    async answer(count) {
      let answered = 0;
      while (answered < count) {
        const next = await post('/api/desk/next', {});
        const claim =
          next.statusCode === 200
            ? next.json<{ claim: { conversation: string; siblings: string[] } | null }>().claim
            : null;
        if (claim === null) break;
        for (const id of [claim.conversation, ...claim.siblings]) {
          const reply = await post(`/api/conversations/${id}/reply`, { type: 'definitive', body: ANSWER });
          if (reply.statusCode < 300) answered += 1;
        }
      }
      return answered;
    },
  };
}

const ANSWER =
  'Bonjour,\n\nVotre demande a bien été traitée ce jour par notre service. Vous trouverez le détail dans votre compte ameli.\n\nBien cordialement,\nVotre conseillère de l’Assurance Maladie';
