import type { Portal } from '../../config/portals.ts';

/** Two portals: one answers may be sent to, and one that may ask three times a minute. */
export const NORD_KEY = {
  id: 'nord-2026',
  secret: 'nord nord nord nord nord nord nord nord',
  requests_per_minute: 600,
};
export const SUD_KEY = { id: 'sud-2026', secret: 'sud sud sud sud sud sud sud sud sud sud', requests_per_minute: 3 };

export function portals(answers?: Portal['answers']): Map<string, Portal> {
  const nord: Portal = {
    id: 'nord',
    caisse: 'CPAM du Nord',
    keys: [NORD_KEY],
    ...(answers === undefined ? {} : { answers }),
  };
  return new Map([
    ['nord', nord],
    ['sud', { id: 'sud', caisse: 'CPAM du Sud', keys: [SUD_KEY] }],
  ]);
}
