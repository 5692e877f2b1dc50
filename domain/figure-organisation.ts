import { z } from 'zod';
import { instantMs } from './days.ts';
import type { FigureEvent } from './figure.ts';
import { readData } from './request-events.ts';

const names = z.record(z.string().max(200), z.string().min(1).max(200));

/** data of `organisation.declared`: from then on, which team answers a queue, which caisse a mailbox belongs to. */
export const organisationDeclared = z.object({ teams: names, caisses: names });
export type OrganisationDeclared = z.infer<typeof organisationDeclared>;

/** One line of what was declared: `key` is `value` from one instant (ms, included) to another. */
export interface Period {
  readonly key: string;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly value: string;
}

/**
 * Teams and caisses as they were declared at each date: groups of old figures do not move when the organisation does.
 * What is older than the first declaration is counted by it.
 */
export class Organisation {
  readonly teams: readonly Period[];
  readonly caisses: readonly Period[];

  /**
   * @param events `organisation.declared`, those a figure may see, in the order they happened
   * @param shown teams that may be told apart (domain/team-fold.ts); the others are as if they were none
   */
  constructor(events: readonly FigureEvent[], shown?: ReadonlySet<string>) {
    const declared = events.map((event) => ({
      at_ms: instantMs(event.occurred_at),
      ...readData(organisationDeclared, event.type, event.data),
    }));
    const periods = (of: 'teams' | 'caisses'): Period[] =>
      declared.flatMap((each, i) => {
        const from_ms = i === 0 ? -Infinity : each.at_ms;
        const until_ms = declared[i + 1]?.at_ms ?? Infinity;
        return Object.entries(each[of]).map(([key, value]) => ({ key, from_ms, until_ms, value }));
      });
    this.teams = periods('teams').filter(({ value }) => shown === undefined || shown.has(value));
    this.caisses = periods('caisses');
  }

  teamOf(queue: string | null, at_ms: number): string | null {
    return valueAt(this.teams, queue, at_ms);
  }

  caisseOf(mailbox: string, at_ms: number): string | null {
    return valueAt(this.caisses, mailbox, at_ms);
  }
}

function valueAt(periods: readonly Period[], key: string | null, at_ms: number): string | null {
  return periods.find((each) => each.key === key && each.from_ms <= at_ms && at_ms < each.until_ms)?.value ?? null;
}
