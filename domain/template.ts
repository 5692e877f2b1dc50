import { AiguillageError } from './errors.ts';
import type { ReplyTemplate } from './rulebook.ts';

/**
 * Filling the supervisors' reply templates. `{{name}}` stands for a value, `{{#legal}} … {{/legal}}` for the block on
 * silence and appeals. Values are data, never template: a member called « {{legal}} » changes nothing.
 */

/** Every name a template may use, with what a supervisor reads about it in the console. */
export const TEMPLATE_VARIABLES = {
  received_on: 'date et heure de réception du message (CRPA R112-11-1, 1°)',
  service_name: 'service chargé du dossier (CRPA R112-11-1, 2°)',
  service_contact: 'adresse et téléphone de ce service (CRPA R112-11-1, 2°)',
  reference: 'référence courte de la demande',
  delay: 'délai actuel de la file, en mots : « sous 3 jours ouvrés environ »',
  motif: 'libellé du motif, confirmé par une personne',
  pieces: 'liste des pièces attendues, une par ligne',
  pieces_due_on: 'date limite pour envoyer les pièces (CRPA L114-5)',
  teleservice: 'lien vers la démarche en ligne, proposée et jamais imposée (CRPA L112-8)',
  agent: 'prénom ou nom de service de l’agent qui répond',
  forwarded_to: 'organisme à qui la demande a été transmise (CRPA L114-2)',
  legal_silence: 'ce que vaut le silence : acceptation ou rejet (bloc juridique)',
  legal_decision_on: 'date de la décision implicite si le dossier est complet (bloc juridique)',
  legal_appeal: 'voies et délais de recours, ou droit à une attestation (bloc juridique)',
} as const;

export type TemplateVariable = keyof typeof TEMPLATE_VARIABLES;
export type TemplateValues = { readonly [Name in TemplateVariable]?: string };

export interface FilledTemplate {
  readonly subject: string;
  readonly body: string;
}

export interface FillOptions {
  /**
   * The block on silence, decision date and appeals is shown only when a jurist approved the template *and* a person
   * confirmed the motif: a wrong legal date sent by a guess binds the caisse (domain §2.4, §5-10).
   */
  readonly legal: boolean;
}

const SLOT = /\{\{([^{}]{0,80})\}\}/g;
const LEGAL_BLOCK = /\{\{#legal\}\}([^]*?)\{\{\/legal\}\}[ \t]*\n?/g;
const VALUE_CHARS_MAX = 4_000;

/**
 * Fills subject and body. The legal block stays only with `options.legal` and `template.legal_approved`.
 * @throws AiguillageError BAD_INPUT naming the variable that is unknown, missing or empty
 */
export function fillTemplate(template: ReplyTemplate, values: TemplateValues, options: FillOptions): FilledTemplate {
  const legal = options.legal && template.legal_approved;
  return {
    subject: oneLine(fillText(template.subject, values, legal, template.id)),
    body: plainText(fillText(template.body, values, legal, template.id)),
  };
}

/** The names used by a text, legal block included, in order of first use; unknown names too. */
export function variablesOf(text: string): string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(SLOT)) {
    const trimmed = name!.trim();
    if (trimmed !== '#legal' && trimmed !== '/legal') names.add(trimmed);
  }
  return [...names];
}

/** True when a template may use this name. */
export function isTemplateVariable(name: string): name is TemplateVariable {
  return Object.hasOwn(TEMPLATE_VARIABLES, name);
}

function fillText(text: string, values: TemplateValues, legal: boolean, id: string): string {
  const chosen = text.replace(LEGAL_BLOCK, legal ? '$1' : '');
  // One pass with a function: what a value contains is neither a slot nor a `$1`.
  return chosen.replace(SLOT, (_slot, inner: string) => {
    const name = inner.trim();
    if (!isTemplateVariable(name)) {
      throw new AiguillageError('BAD_INPUT', `Template ${id}: unknown variable {{${printable(name)}}}.`);
    }
    const value = values[name];
    if (value === undefined || value.trim() === '') {
      throw new AiguillageError('BAD_INPUT', `Template ${id}: no value for {{${name}}}.`);
    }
    return plainText(value).slice(0, VALUE_CHARS_MAX);
  });
}

/**
 * One header line: line ends and controls become spaces, so that a value cannot start a header of its own; marks that
 * turn the writing direction are dropped, so that it cannot be read backwards.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Surrogate}\u202A-\u202E\u2066-\u2069]/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Text without the controls that a mail reader or PostgreSQL refuses; line ends become "\n". */
function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\p{Surrogate}/gu, '');
}

/** Part of an error message: a template's own text, kept short and to the letters that ids are made of. */
function printable(name: string): string {
  return name.replace(/[^\w#/.-]/g, '?').slice(0, 40);
}
