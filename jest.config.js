// Tests run on the pinned Node through scripts/test; ESM needs --experimental-vm-modules (PGlite and bullmq are ESM here).
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: { '^fast-check$': '<rootDir>/tests/support/fast-check.ts' },
  testEnvironment: '<rootDir>/tests/support/environment.ts',
  testSequencer: '<rootDir>/tests/support/sequencer.js',
  globalSetup: '<rootDir>/tests/support/template.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
  // ES modules under jest are never given back: a worker that has grown makes every later file slower.
  workerIdleMemoryLimit: '800MB',
  // A server or socket a test forgot would hold the run open; --detectOpenHandles finds it.
  forceExit: false,
};
