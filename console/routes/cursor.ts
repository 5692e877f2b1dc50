import type { z } from 'zod';
import { Refusal } from '../errors.ts';

/** Where the next page of a list begins, as it stands in an address: ids, instants and numbers, nothing of a mail. */
export function writeCursor(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Refusal BAD_INPUT for what {@link writeCursor} did not write */
export function readCursor<T>(form: z.ZodType<T>, given: string): T {
  try {
    return form.parse(JSON.parse(Buffer.from(given, 'base64url').toString('utf8')));
  } catch {
    throw new Refusal('BAD_INPUT', 'La page demandée n’existe pas : repartez de la première.');
  }
}
