import type { Motif, ReplyTemplate } from '../domain/rulebook.ts';
import type { LoadedBot } from './bot-answers.ts';
import { problemAt, shorten, suggest, type Place, type Problem, type ProblemText } from './problems.ts';
import type { CalendarsFile, MailboxesFile, PoolsFile, SlaFile } from './schema-desk.ts';
import type { ProvisionalFile } from './schema-provisional.ts';
import type { FigureFile } from './schema-figure.ts';
import type { OrderFile, PresenceFile, ReviewsFile, RotaFile, WavesFile } from './schema-work.ts';
import type { FlagsFile, MotifsFile, RoutingFile } from './schema-rules.ts';
import type { TestsFile } from './schema-tests.ts';
import type { Path, YamlFile } from './yaml.ts';

/** A file that passed its schema, with the way back to its lines. */
export interface Loaded<T> {
  readonly data: T;
  readonly yaml: YamlFile;
}

export interface LoadedTemplate extends Loaded<ReplyTemplate> {
  /** Place of an offset of the body. */
  bodyAt(offset: number): Place;
}

/** A set whose files each passed their schema: what the cross checks look at. */
export interface LoadedSet {
  readonly motifs: Loaded<MotifsFile>;
  readonly flags: Loaded<FlagsFile>;
  readonly routing: Loaded<RoutingFile>;
  readonly pools: Loaded<PoolsFile>;
  readonly calendars: Loaded<CalendarsFile>;
  readonly sla: Loaded<SlaFile>;
  readonly mailboxes: Loaded<MailboxesFile>;
  readonly templates: readonly LoadedTemplate[];
  readonly tests?: Loaded<TestsFile>;
  readonly provisional?: Loaded<ProvisionalFile>;
  readonly bot?: LoadedBot;
  readonly order?: Loaded<OrderFile>;
  readonly presence?: Loaded<PresenceFile>;
  readonly reviews?: Loaded<ReviewsFile>;
  readonly rota?: Loaded<RotaFile>;
  readonly waves?: Loaded<WavesFile>;
  readonly figure?: Loaded<FigureFile>;
  /** Those of motifs.yaml, then the provisional ones with what they have from their parents. */
  readonly all_motifs: readonly Motif[];
}

/** Collects the problems of one pass. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly #lost = new Map<string, ReadonlySet<string> | 'all'>();

  /** Entries of `file` that cannot be read, or the whole of it: what names them is not said to be wrong. */
  lose(file: string, ids: readonly string[] | 'all'): void {
    this.#lost.set(file, ids === 'all' ? ids : new Set(ids));
  }

  /** May one say of these files that something is not in them? */
  whole(...files: readonly string[]): boolean {
    return files.every((file) => !this.#lost.has(file));
  }

  error(at: Place, text: ProblemText): void {
    this.problems.push(problemAt(at, text));
  }

  warn(at: Place, text: ProblemText): void {
    this.problems.push(problemAt(at, text, 'warning'));
  }

  /** A name must be one of `known`; `what` says it is unknown, `where` names the file that defines it. */
  known(
    yaml: YamlFile,
    path: Path,
    value: string | undefined,
    known: ReadonlySet<string>,
    what: string,
    where: string,
  ): void {
    if (value === undefined || known.has(value) || this.#mayBeLost(where, value)) return;
    const near = suggest(value, known);
    this.error(yaml.at(path), {
      what,
      value: shorten(value),
      expected: `un identifiant de ${where}`,
      ...(near === undefined ? {} : { did_you_mean: near }),
    });
  }

  /** `where` begins with the file that defines the name; provisional motifs are motifs too. */
  #mayBeLost(where: string, value: string): boolean {
    const file = where.split(' ', 1)[0]!;
    const files = file === 'motifs.yaml' ? [file, 'motifs-provisoires.yaml'] : [file];
    return files.some((name) => {
      const lost = this.#lost.get(name);
      return lost === 'all' || lost?.has(value) === true;
    });
  }

  /** No identifier twice. */
  unique(yaml: YamlFile, list: readonly { readonly id: string }[], path: Path): void {
    const lines = new Map<string, number>();
    list.forEach(({ id }, i) => {
      const first = lines.get(id);
      const at = yaml.at([...path, i, 'id']);
      if (first === undefined) lines.set(id, at.line);
      else
        this.error(at, {
          what: 'identifiant déjà pris',
          value: id,
          expected: `un autre nom que celui de la ligne ${first}`,
        });
    });
  }
}

export function ids(list: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(list.map(({ id }) => id));
}
