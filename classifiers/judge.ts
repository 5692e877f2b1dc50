import type { MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { decide } from '../domain/route.ts';
import type { Judged } from './evaluate.ts';
import type { Example } from './examples.ts';
import { factsOf } from './prepare.ts';

/** Decides labelled mails as production would and sets what was said beside what is right. Pure. */
export function judge(mails: readonly Example[], model: MotifModel, book: CompiledRulebook): Judged[] {
  const triage = book.queues.find((queue) => queue.kind === 'human-triage')?.id;
  return mails.map((mail) => {
    const facts = factsOf(mail, book);
    const decision = decide(facts, book, model, new Date(facts.received_at));
    return {
      truth: mail.motif,
      accept: mail.accept ?? [],
      motif: decision.ranked[0]?.motif ?? decision.motif,
      confidence: decision.ranked[0]?.score ?? 0,
      abstained: decision.abstained,
      human_triage: triage !== undefined && decision.queue === triage,
      secondary: { truth: mail.secondary ?? [], said: decision.secondary },
      ...(mail.level === undefined ? {} : { level: { truth: mail.level, said: decision.level } }),
      ...(mail.public === undefined ? {} : { public: { truth: mail.public, said: decision.public } }),
      ...(mail.flags === undefined ? {} : { flags: { truth: mail.flags, said: decision.flags.map(({ id }) => id) } }),
    };
  });
}
