/**
 * fast-check with one seed, so that the same commit passes or fails everywhere. `FC_SEED=random` draws a new one,
 * `FC_SEED=42` takes that; a failure prints its seed. jest.config.js leads `fast-check` here.
 */
import fc from '../../node_modules/fast-check/lib/fast-check.js';

const SEED = 20_211_207;
const asked = process.env['FC_SEED'];
fc.configureGlobal({ seed: asked === undefined ? SEED : asked === 'random' ? Date.now() : Number(asked) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
