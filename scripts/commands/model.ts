import type { FrozenFigures } from '../../classifiers/compare.ts';
import { percent } from '../../classifiers/compare.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { activateModel, activeModel, findModel, listModels, modelBytes } from '../../store/models.ts';
import { json, ok, table, text, type CommandContext, type StoreCommand } from './context.ts';

/** How much of a digest people are shown; `model use` takes any unique beginning. */
export const SHOWN_CHARS = 12;

/** `model list [--json]`: every model that is kept, the one that decides marked. */
export const list: StoreCommand = async ({ store }, options) => {
  const { models, active } = await store.read(SYSTEM, async (tx) => ({
    models: await listModels(tx),
    active: await activeModel(tx),
  }));
  if (options['json'] === true) {
    return json(
      models.map(({ digest, created_at, created_by, corpus_digest, corrections, figures }) => ({
        digest,
        created_at,
        created_by,
        corpus: corpus_digest,
        corrections,
        figures,
        active: digest === active?.digest,
        ...(digest === active?.digest ? { activated_at: active.activated_at, activated_by: active.activated_by } : {}),
      })),
    );
  }
  return ok(
    table(
      ['', 'modèle', 'du', 'par', 'corpus', 'corrections', 'motifs', 'P0 et P1', 'jugé sur'],
      models.map((model) => {
        const figures = model.figures as FrozenFigures | null;
        return [
          model.digest === active?.digest ? '*' : '',
          model.digest.slice(0, SHOWN_CHARS),
          model.created_at.toISOString().slice(0, 16).replace('T', ' '),
          model.created_by,
          model.corpus_digest.slice(0, SHOWN_CHARS),
          model.corrections,
          percent(figures?.accuracy ?? null),
          percent(figures?.urgent.recall ?? null),
          figures === null ? 'jamais' : `${figures.mails} mails`,
        ];
      }),
    ),
  );
};

/** `model use DIGEST`: makes a kept model the one that decides, from the next mail on. Also the way back. */
export const use: StoreCommand = async ({ store, clock }, options) => {
  const asked = text(options, 'digest');
  if (asked === undefined) throw new AiguillageError('USAGE', 'model use DIGEST');
  const { digest, before } = await store.write(SYSTEM, async (tx) => {
    const found = await findModel(tx, asked);
    const active = await activeModel(tx);
    if (active?.digest !== found) await activateModel(tx, SYSTEM, found, clock(), whoAsks(options));
    return { digest: found, before: active?.digest ?? null };
  });
  if (options['json'] === true) return json({ active: digest, before, changed: digest !== before });
  if (digest === before) return ok(`Le modèle ${digest.slice(0, SHOWN_CHARS)} est déjà celui qui décide.\n`);
  const back = before === null ? '' : ` Pour revenir : model use ${before.slice(0, SHOWN_CHARS)}`;
  return ok(`Le modèle ${digest.slice(0, SHOWN_CHARS)} décide à partir du prochain courriel.${back}\n`);
};

/** Bytes of the active model. @throws AiguillageError MODEL_UNKNOWN */
export async function activeBytes(store: CommandContext['store']): Promise<{ digest: string; bytes: Buffer }> {
  return store.read(SYSTEM, async (tx) => {
    const active = await activeModel(tx);
    if (active === undefined) throw new AiguillageError('MODEL_UNKNOWN', 'None is active.');
    return { digest: active.digest, bytes: await modelBytes(tx, active.digest) };
  });
}

/** The login of the person at the terminal (cli.ts adds it), for `model list` and the audit trail. */
export function whoAsks(options: Readonly<Record<string, unknown>>): string {
  const by = text(options, 'by');
  return by !== undefined && /^[\w.@-]{1,64}$/.test(by) ? `command:${by}` : 'command';
}
