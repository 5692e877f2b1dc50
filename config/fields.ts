import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** Fields that every configuration file is made of. Ids are short, lower-case and fit in a URL. */
export const ID_FORM = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

export const id = z
  .string()
  .max(64)
  .regex(ID_FORM, { error: 'des minuscules sans accent, des chiffres, des points et des tirets' });
export const text = z.string().trim().min(1).max(LIMITS.text_chars_max);
export const date = z.iso.date({ error: 'une date AAAA-MM-JJ' });

/** One value or a list: people write both. */
export const oneOrMore = <T extends z.ZodType>(item: T, max: number) =>
  z.preprocess(
    (value) => (Array.isArray(value) || value === undefined ? value : [value]),
    z.array(item).min(1).max(max),
  );

const BOOLEANS = new Map([
  ['oui', true],
  ['yes', true],
  ['on', true],
  ['vrai', true],
  ['non', false],
  ['no', false],
  ['off', false],
  ['faux', false],
]);

/** YAML 1.2 reads `no` and `off` as words; whoever writes them where a yes or no stands means a yes or no. */
export const yesNo = z.preprocess(
  (value) => (typeof value === 'string' ? (BOOLEANS.get(value.toLowerCase()) ?? value) : value),
  z.boolean(),
);

/** "8:30" and "08:30" are the same time. */
export const time = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, { error: 'une heure « HH:MM »', abort: true })
  .transform((value) => value.padStart(5, '0'));

export const hours = (max: number) => z.number().positive().max(max);
export const share = z.number().min(0).max(1);
export const level = z.enum(['n1', 'expert']);
export const publicName = z.enum(['assure', 'employeur', 'ps', 'partenaire', 'institution', 'machine']);
export const flagLevel = z.enum(['P0', 'P1', 'P2', 'info']);
export const email = z.email({ error: 'une adresse électronique' }).max(254).toLowerCase();
export const domainName = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, { error: 'un nom de domaine, sans @ ni espace' });
export const sender = z.union([email, domainName], { error: 'une adresse électronique ou un nom de domaine' });

/** The first line of every file: its format, so that a later program can tell old files from new ones. */
export const version = z.literal(1);
