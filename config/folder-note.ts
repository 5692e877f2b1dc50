import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, readFolder } from './source.ts';

/** The watched folder, and whether what it says comes into force by itself. */
export interface RulesFolder {
  readonly dir: string;
  readonly autoapply: boolean;
}

/**
 * What a person must know who changed the rules while the folder says something else: what its next change will do.
 * French, for supervisors; null when the folder holds the active set or cannot be read from here.
 * @param how what they just did
 */
export async function folderNote(
  { dir, autoapply }: RulesFolder,
  active: string,
  how: 'apply' | 'rollback',
): Promise<string | null> {
  const { files } = await readFolder(dir);
  if (files.size === 0) return null;
  const digest = digestOf(files);
  if (digest === active) return null;
  const name = path.basename(path.resolve(dir));
  const head = `Attention : le dossier « ${name} » (${digest.slice(0, 12)}) ne contient pas les règles en vigueur (${active.slice(0, 12)}).`;
  return `${head} ${(autoapply ? BY_ITSELF : BY_A_PERSON)[how]} Mettez-le d’accord dès maintenant : \`rules export\` y écrit les règles en vigueur.`;
}

const BY_ITSELF = {
  apply:
    'À la prochaine modification de ce dossier, son contenu entrera en vigueur tout seul, à la place de ce que vous venez d’appliquer.',
  rollback:
    'Tel quel, ou avec un commentaire de plus, son contenu ne reviendra pas en vigueur ; mais si vous y changez une règle, tout le dossier entrera en vigueur tout seul, avec ce que vous venez de retirer.',
} as const;
const BY_A_PERSON = {
  apply:
    'Rien ne change tout seul, mais à la prochaine modification de ce dossier, son contenu sera proposé, et la prochaine copie en partira, sans ce que vous venez d’appliquer.',
  rollback:
    'Rien ne change tout seul, mais à la prochaine modification de ce dossier, son contenu sera proposé, et la prochaine copie en partira, avec ce que vous venez de retirer.',
} as const;

/** Who has the last word on the rules of this site, in a sentence for supervisors. */
export interface Master {
  readonly folder: string | null;
  readonly read_only: boolean;
  readonly autoapply: boolean;
  readonly sentence: string;
}

/** What is applied here stands in the database; whether it lasts depends on the folder the site watches, if any. */
export async function masterOf(folder: RulesFolder | undefined): Promise<Master> {
  if (folder === undefined)
    return { folder: null, read_only: false, autoapply: false, sentence: 'Les règles gardées ici font foi.' };
  const { dir, autoapply } = folder;
  const name = path.basename(path.resolve(dir));
  const read_only = await access(dir, constants.W_OK).then(
    () => false,
    () => true,
  );
  const mounted = read_only ? ', monté en lecture seule' : '';
  const sentence = autoapply
    ? `Le dossier « ${name} »${mounted} fait foi : à chaque changement, son contenu entre en vigueur. Ce que vous mettez en vigueur ici vaut jusque-là ; faites-le reporter dans ce dossier${read_only ? ' par qui déploie la configuration' : ''}.`
    : `Les règles gardées ici font foi. Le dossier « ${name} »${mounted} ne fait que proposer un candidat ; faites-y reporter ce que vous mettez en vigueur.`;
  return { folder: name, read_only, autoapply, sentence };
}
