import { counted } from '../counted.ts';
import type { Condition, Predicate, WrittenData } from '../rulebook.ts';

/** Conditions in French, as supervisors read them in `rules explain`. */

const LISTED_MAX = 6;

const WRITTEN: Readonly<Record<WrittenData, string>> = {
  nir: 'un numéro de sécurité sociale',
  iban: 'un IBAN',
  card: 'un numéro de carte bancaire',
  'nir-like': 'ce qui ressemble à un numéro de sécurité sociale',
  'iban-like': 'ce qui ressemble à un IBAN',
};

/** One predicate in words. Long lists are cut, with their length. */
export function sayPredicate(predicate: Predicate): string {
  if ('motif' in predicate) return `motif ${either(predicate.motif)}`;
  if ('level' in predicate) return `niveau ${predicate.level}`;
  if ('flag' in predicate) return `signalement ${either(predicate.flag)}`;
  if ('mailbox' in predicate) return `boîte ${either(predicate.mailbox)}`;
  if ('public' in predicate) return `public ${either(predicate.public)}`;
  if ('any_phrase' in predicate) return `une de ces expressions : ${quoted(predicate.any_phrase)}`;
  if ('all_phrases' in predicate) return `toutes ces expressions : ${quoted(predicate.all_phrases)}`;
  if ('regex' in predicate) return `expression régulière ${predicate.regex}`;
  if ('sender_domain' in predicate) return `expéditeur de ${either(predicate.sender_domain)}`;
  if ('has_attachment' in predicate) return predicate.has_attachment ? 'avec pièce jointe' : 'sans pièce jointe';
  if ('waiting_days_min' in predicate) return `une attente d’au moins ${predicate.waiting_days_min} jours`;
  if ('date_within_days' in predicate) return `une date à ${predicate.date_within_days} jours au plus`;
  if ('written_data' in predicate) return predicate.written_data.map((kind) => WRITTEN[kind]).join(' ou ');
  if ('foreign_language' in predicate) return predicate.foreign_language ? 'dans une autre langue' : 'en français';
  if ('model_min' in predicate) return `le modèle en est sûr à ${predicate.model_min} au moins`;
  if ('model_hears' in predicate)
    return `pour le modèle, ${predicate.model_hears.flag} est probable à ${predicate.model_hears.min} au moins`;
  if ('prior_contacts_min' in predicate)
    return `au moins ${counted(predicate.prior_contacts_min, 'message')} avant celui-ci sur le même sujet`;
  return `(${sayCondition(predicate)})`;
}

function sayCondition({ all, any, none }: Condition): string {
  const parts = [
    ...(all ?? []).map(sayPredicate),
    ...(any === undefined ? [] : [any.map(sayPredicate).join(' ou ')]),
    ...(none ?? []).map((each) => `sauf ${sayPredicate(each)}`),
  ];
  return parts.join(', ');
}

function either(value: string | readonly string[]): string {
  return shortened([value].flat(), ' ou ');
}

function quoted(list: readonly string[]): string {
  return shortened(
    list.map((phrase) => `« ${phrase} »`),
    ', ',
  );
}

function shortened(list: readonly string[], between: string): string {
  if (list.length <= LISTED_MAX) return list.join(between);
  return `${list.slice(0, LISTED_MAX).join(between)}… (${list.length})`;
}
