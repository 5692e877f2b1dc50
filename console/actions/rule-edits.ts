import { editRules, entriesOf } from '../../config/rule-edits.ts';
import { phraseLists, type PhraseList } from '../../config/phrase-lists.ts';
import type { RuleEdit } from '../../config/schema-edits.ts';
import type { ConfigFiles } from '../../config/source.ts';
import { templatesOf } from '../../config/template-edit.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { maskPersonal } from '../../domain/privacy.ts';
import type { Agent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { rulebookFiles } from '../../store/rulebooks.ts';
import type { ConsoleDeps } from '../deps.ts';
import { explainNamed } from './explain.ts';
import { checkTexts, type RulesCheck } from './rules.ts';

/** The forms of the rules page: each writes one thing into the draft, which is then checked, tried and applied as ever. */

/** What forms build on: the candidate there is, else the active set; the active set also to begin anew. */
export interface Draft {
  readonly base: string;
  /** True when the base is a candidate already: edits pile up in it. */
  readonly candidate: boolean;
  /** The candidate there is, base or not: what is kept takes its place. */
  readonly over: string | null;
  readonly lists: readonly PhraseList[];
  readonly pools: readonly DraftPool[];
  readonly hours: readonly {
    readonly calendar: string;
    readonly line: number;
    readonly days: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly rules: readonly string[];
  readonly senders: number;
  readonly templates: readonly DraftTemplate[];
}

/** An approved text as the draft has it. */
export interface DraftTemplate {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly owner: string | null;
  readonly valid_until: string | null;
}

export interface DraftPool {
  readonly id: string;
  readonly label: string;
  readonly capacity_per_open_hour: number;
  readonly daily_quota: number | null;
  readonly max_share: number | null;
}

interface Base {
  readonly digest: string;
  readonly candidate: boolean;
  readonly over: string | null;
  readonly files: ConfigFiles;
}

/** @param from a digest that must be the candidate's or the active one's; the candidate when left out, if there is one */
async function baseOf(deps: ConsoleDeps, from?: string): Promise<Base> {
  return deps.store.read(SYSTEM, async (tx) => {
    const { candidate, active } = await rulesState(tx);
    const known = [candidate?.digest, active?.digest].filter((digest) => digest !== undefined);
    const digest = from ?? known[0];
    if (digest === undefined) throw new AiguillageError('NOT_FOUND', 'No rules are active.');
    if (!known.includes(digest)) throw new AiguillageError('RULES_OTHER_DIGEST', 'The draft has changed meanwhile.');
    const files = new Map(Object.entries(await rulebookFiles(tx, digest)));
    return { digest, candidate: digest === candidate?.digest, over: candidate?.digest ?? null, files };
  });
}

/** What there is to choose from in the forms. @throws AiguillageError NOT_FOUND without any rules, RULES_OTHER_DIGEST */
export async function readDraft(deps: ConsoleDeps, from?: string): Promise<Draft> {
  const { digest, candidate, over, files } = await baseOf(deps, from);
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    base: digest,
    candidate,
    over,
    lists: phraseLists(files),
    pools: entriesOf(files, 'pools.yaml', 'queues').map((entry) => {
      const contract = entry['contract'] as Record<string, unknown> | undefined;
      return {
        id: String(entry['id']),
        label: String(entry['label']),
        capacity_per_open_hour: number(entry['capacity_per_open_hour']) ?? 0,
        daily_quota: number(contract?.['daily_quota']),
        max_share: number(contract?.['max_share']),
      };
    }),
    hours: entriesOf(files, 'calendars.yaml', 'calendars').flatMap((entry) =>
      (Array.isArray(entry['hours']) ? (entry['hours'] as Record<string, unknown>[]) : []).map((one, line) => ({
        calendar: String(entry['id']),
        line,
        days: [one['days']].flat().join(', '),
        from: String(one['from']),
        to: String(one['to']),
      })),
    ),
    rules: entriesOf(files, 'routing.yaml', 'rules').map((entry) => String(entry['id'])),
    senders: entriesOf(files, 'mailboxes.yaml', 'senders').length,
    templates: templatesOf(files).map(({ id, subject, body, owner = null, valid_until = null }) => ({
      ...{ id, subject, body, owner, valid_until },
    })),
  };
}

export interface EditResult extends RulesCheck {
  readonly file: string;
  readonly line: number;
}

/**
 * Writes one edit into the draft and checks the whole; `keep` makes it the candidate. Nothing comes into force here.
 * @throws AiguillageError RULES_OTHER_DIGEST when the draft is another one by now, NOT_FOUND, BAD_INPUT
 */
export async function editDraft(
  deps: ConsoleDeps,
  agent: Agent,
  { base, edit, keep, over }: { base: string; edit: RuleEdit; keep: boolean; over?: string | null | undefined },
): Promise<EditResult> {
  const { files } = await baseOf(deps, base);
  const edited = editRules(files, edit);
  const checked = await checkTexts(deps, agent, edited.files, keep ? { over: over ?? base } : undefined);
  return { ...checked, file: edited.file, line: edited.line };
}

/** Where a form « from this mail » begins. Texts are masked; the reading is audited. */
export interface FromMail {
  readonly ref: string;
  readonly mailbox: string;
  readonly motif: string | null;
  readonly queue: string;
  readonly level: 'n1' | 'expert';
  /** The rule that decided, to go in front of; null when none did. */
  readonly rule: string | null;
  readonly why: string;
  readonly subject: string;
  readonly text: string;
}

/** @throws AiguillageError NOT_FOUND */
export async function fromMail(deps: ConsoleDeps, agent: Agent, conversation: string): Promise<FromMail> {
  const { ref, message, stored, today, then } = await explainNamed(deps, agent, conversation, undefined);
  const mail = await deps.store.read(SYSTEM, (tx) =>
    tx.selectFrom('message').select(['mailbox', 'subject', 'body']).where('id', '=', message).executeTakeFirstOrThrow(),
  );
  const { motif, queue, level, rule } = stored;
  const { files } = await baseOf(deps);
  const known = entriesOf(files, 'routing.yaml', 'rules').some((entry) => entry['id'] === rule);
  return {
    ...{ ref, mailbox: mail.mailbox, motif, queue, level, rule: known ? rule : null },
    why: (today ?? then)?.queue.why ?? '',
    subject: maskPersonal(mail.subject),
    text: maskPersonal(mail.body),
  };
}
