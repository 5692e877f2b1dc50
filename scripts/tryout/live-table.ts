import { SYSTEM, type Store } from '../../store/database.ts';

/** Prints one line a conversation as it reaches its queue: mail → motif → level → queue → due. */
export interface LiveTable {
  /** Prints what is new since the last call. */
  print(): Promise<void>;
}

const WIDTHS = { at: 5, subject: 34, motif: 30, level: 6, queue: 20 };

export function liveTable(store: Store, since: Date, write: (line: string) => void): LiveTable {
  const seen = new Set<string>();
  let headed = false;
  return {
    async print() {
      const rows = await store.read(SYSTEM, (tx) =>
        tx
          .selectFrom('message')
          .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
          .select([
            'message.id',
            'message.subject',
            'message.outcome',
            'message.received_at',
            'conversation.motif',
            'conversation.level',
            'conversation.queue',
            'conversation.flags',
            'conversation.due_elapsed_at',
            'conversation.urgency',
          ])
          .where('message.direction', '=', 'incoming')
          .where('message.status', '=', 'dispatched')
          .where('message.outcome', 'in', ['conversation', 'joined'])
          .where('message.ingested_at', '>=', since)
          .orderBy('message.id')
          .execute(),
      );
      for (const row of rows) {
        if (seen.has(row.id)) continue;
        seen.add(row.id);
        if (!headed) {
          headed = true;
          write(line('reçu', 'objet', 'motif', 'niveau', 'file', 'à rendre avant', ''));
        }
        const flags = row.urgency <= 1 ? row.flags.join(', ') : '';
        write(
          line(
            clock(row.received_at),
            row.outcome === 'joined' ? `↳ ${row.subject}` : row.subject,
            row.motif ?? '–',
            row.level,
            row.queue,
            row.due_elapsed_at === null ? '–' : moment(row.due_elapsed_at),
            flags,
          ),
        );
      }
    },
  };
}

function line(
  at: string,
  subject: string,
  motif: string,
  level: string,
  queue: string,
  due: string,
  flags: string,
): string {
  return [
    fit(at, WIDTHS.at),
    fit(subject === '' ? '(sans objet)' : subject, WIDTHS.subject),
    fit(motif, WIDTHS.motif),
    fit(level, WIDTHS.level),
    fit(queue, WIDTHS.queue),
    fit(due, 14),
    flags,
  ]
    .join('  ')
    .trimEnd();
}

function fit(text: string, width: number): string {
  // One line each, whatever a subject holds: controls could drive the terminal.
  const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return clean.length > width ? `${clean.slice(0, width - 1)}…` : clean.padEnd(width);
}

const PARIS = { timeZone: 'Europe/Paris' } as const;
const clock = (at: Date): string => at.toLocaleTimeString('fr-FR', { ...PARIS, hour: '2-digit', minute: '2-digit' });
const moment = (at: Date): string =>
  at.toLocaleString('fr-FR', {
    ...PARIS,
    weekday: 'short',
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
