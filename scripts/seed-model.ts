import type { Logger } from 'pino';
import { MODEL_FILE, shippedModel } from '../classifiers/train.ts';
import { hasCode } from '../domain/errors.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import { activateModel, activeModel, type Models, saveModel } from '../store/models.ts';

/** Who put the model there when nobody did: it came with the program. */
export const SHIPPED_BY = 'shipped';

/** An empty database begins with the model that comes with the program. */
export async function seedModel(store: Store, log: Logger, file: URL = MODEL_FILE): Promise<void> {
  if ((await store.read(SYSTEM, activeModel)) !== undefined) return;
  await keep(store, await shippedModel(file), true);
  log.info('the shipped model is active');
}

/**
 * At a start: the shipped model is kept, so that `model use` can go to it. It becomes active by itself only where the
 * site takes what is deployed (CONFIG_AUTOAPPLY) and nobody has ever chosen a model, or where the active one cannot be
 * read by this program: mail is not left waiting for somebody to train.
 */
export async function followShipped(
  store: Store,
  models: Pick<Models, 'active'>,
  autoapply: boolean,
  log: Logger,
  file: URL = MODEL_FILE,
): Promise<void> {
  const shipped = await shippedModel(file);
  const active = await store.read(SYSTEM, activeModel);
  if (active?.digest === shipped.digest) return;
  const digests = { active: active?.digest.slice(0, 12), shipped: shipped.digest.slice(0, 12) };
  const readable = await store.read(SYSTEM, models.active).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'MODEL_UNREADABLE') || hasCode(error, 'MODEL_UNKNOWN')) return false;
      throw error;
    },
  );
  if (!readable) {
    await keep(store, shipped, true);
    log.error(digests, 'the active model cannot be read by this program; the shipped one is active');
  } else if (autoapply && active?.activated_by === SHIPPED_BY) {
    await keep(store, shipped, true);
    log.info(digests, 'the shipped model is active');
  } else {
    await keep(store, shipped, false);
    log.warn(digests, 'the shipped model is not the active one; `model use` makes it so');
  }
}

async function keep(store: Store, shipped: Awaited<ReturnType<typeof shippedModel>>, activate: boolean): Promise<void> {
  const now = new Date();
  await store.write(SYSTEM, async (tx) => {
    await saveModel(
      tx,
      { digest: shipped.digest, bytes: shipped.bytes, corpus_digest: shipped.corpus, corrections: 0, figures: null },
      SHIPPED_BY,
      now,
    );
    if (activate) await activateModel(tx, SYSTEM, shipped.digest, now, SHIPPED_BY);
  });
}
