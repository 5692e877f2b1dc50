import type { MotifInput } from '../domain/facts.ts';
import { splitQuotes } from '../domain/text/quotes.ts';
import { splitSignature } from '../domain/text/signature.ts';
import type { Example } from './examples.ts';

/** A labelled mail as the model meets it in production: quotes and signature split off. */
export function prepareExample(example: Omit<Example, 'motif' | 'level' | 'flags' | 'hard' | 'voice'>): MotifInput {
  const { body, quoted } = splitQuotes(example.body);
  return {
    mailbox: example.mailbox ?? 'pfs-assures',
    subject: example.subject,
    body: splitSignature(body).body,
    quoted,
    attachments: example.attachments ?? [],
    public: example.public,
  };
}
