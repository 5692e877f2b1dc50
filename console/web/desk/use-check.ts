import { useEffect, useState } from 'preact/hooks';
import { call, expired, online } from '../api/client.ts';
import type { Finding } from '../api/types.ts';
import type { DraftText } from './kept-drafts.ts';

export interface Check {
  /** Why it could not leave as it stands; null when it could. */
  readonly refused: string | null;
  readonly findings: readonly Finding[];
}

export const NOTHING: Check = { refused: null, findings: [] };
const AFTER_MS = 500;

/** What the linter says of the draft, a moment after the last key. */
export function useCheck(id: string, { body, subject, template, type }: DraftText): Check {
  const [check, setCheck] = useState<Check>(NOTHING);
  useEffect(() => {
    if (body.trim() === '' || type === 'appel') {
      setCheck(NOTHING);
      return undefined;
    }
    let current = true;
    const timer = setTimeout(() => {
      if (!online.get() || expired.get()) return;
      const ask = { body, ...(subject === null ? {} : { subject }), ...(template === null ? {} : { template }) };
      void call<Check>('POST', `/api/conversations/${id}/check-reply`, ask).then(
        (answer) => current && setCheck(answer),
        () => undefined,
      );
    }, AFTER_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, body, subject, template, type]);
  return check;
}
