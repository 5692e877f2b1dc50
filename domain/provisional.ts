import { dayOf, dayText, instantMs, PARIS, type Instant } from './days.ts';
import type { Facts } from './facts.ts';
import type { CompiledRulebook, MatchContext } from './match.ts';
import type { TraceStep } from './route.ts';
import type { MailboxProfile, Motif, Rulebook } from './rulebook.ts';

/**
 * Provisional motifs: a supervisor names a new subject on a Monday morning and mails are sorted by it at once, without a
 * new model. Its words take the place of the model's guess and of any motif a rule would give. All else goes on as ever
 * (law 5): flags, clocks, and the rules' last word on level and queue, so that a réquisition or a stolen RIB still goes
 * where it must. docs/novelty.md tells supervisors how.
 */

/**
 * The first provisional motif whose dates hold the mail's day of arrival and whose condition the mail meets. The day of
 * arrival, not today's: imported history and a mail triaged after an outage get what was true when they came.
 * @param trace gets one step when a motif is named
 */
export function findProvisional(
  facts: Facts,
  book: CompiledRulebook,
  profile: MailboxProfile | undefined,
  trace: TraceStep[],
): Motif | undefined {
  // Machine deposits hold no sentence to judge; their mailbox says where they go.
  if (profile?.classify === false) return undefined;
  // What may stand in its condition (config/provisional.ts) looks at the mail alone.
  const context: MatchContext = { now: new Date(facts.received_at), motif: null, level: 'n1', flags: [] };
  for (const motif of book.motifs) {
    const terms = motif.provisional;
    if (terms === undefined || !inForce(motif, facts.received_at)) continue;
    const { matched, evidence } = book.compiled.provisional.get(motif.id)!(facts, context);
    if (!matched) continue;
    const detail = `motif provisoire, compté sous ${terms.parent} : ${terms.why}`;
    trace.push({ step: 'provisional', id: motif.id, matched, detail, evidence });
    return motif;
  }
  return undefined;
}

/** True for a motif of the nomenclature, always; for a provisional one on the days it is meant for. */
export function inForce(motif: Pick<Motif, 'provisional'>, at: Instant): boolean {
  const terms = motif.provisional;
  if (terms === undefined) return true;
  const day = dayText(dayOf(instantMs(at), PARIS));
  return terms.from <= day && (terms.until === undefined || day <= terms.until);
}

/** The motif of the nomenclature a motif counts under: its parent, or itself. */
export function parentMotif(book: Pick<Rulebook, 'motifs'>, id: string): string {
  return book.motifs.find((motif) => motif.id === id)?.provisional?.parent ?? id;
}

/** Is a motif among `ids`, by its own name or its parent's? So read contracts and templates. */
export function isAmong(book: Pick<Rulebook, 'motifs'>, ids: readonly string[], id: string): boolean {
  return ids.includes(id) || ids.includes(parentMotif(book, id));
}
