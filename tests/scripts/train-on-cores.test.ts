import { describe, expect, test } from '@jest/globals';
import { writeModel } from '../../classifiers/model-file.ts';
import { TRAIN_OPTIONS, trainLinear } from '../../classifiers/train-linear.ts';
import { hasCode } from '../../domain/errors.ts';
import { trainOnCores } from '../../scripts/train-on-cores.ts';
import { smallCorpus } from '../support/learning.ts';

/** A mark to be learnt too, so that passages have machines. */
const MAILS = smallCorpus().map((mail) =>
  mail.motif === 'deuil-perinatal' ? { ...mail, flags: ['deuil-perinatal'] } : mail,
);
const bytesOf = (weights: ReturnType<typeof trainLinear>) => writeModel(weights, 'corpus').bytes;

describe('a training', () => {
  test('gives the same bytes on one core, on two, and without threads', async () => {
    const wanted = trainLinear(MAILS);
    expect(wanted.passage.names.length).toBeGreaterThan(0);
    expect(wanted.calibration.curve.length).toBeGreaterThan(0);
    for (const cores of [1, 2])
      expect(bytesOf(await trainOnCores(MAILS, TRAIN_OPTIONS, cores)).equals(bytesOf(wanted))).toBe(true);
  });

  test('whose thread fails says so, and which error it was', async () => {
    // More folds than an array may hold: only the thread counts them.
    const options = { ...TRAIN_OPTIONS, folds: 2 ** 32 };
    const error: unknown = await trainOnCores(MAILS, options, 2).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'MODEL_TRAINING') && error.message).toContain('calibrating thread failed (RangeError)');
  });
});
