import tseslint from 'typescript-eslint';

/** Folders in import order: each may import itself and the folders named here (design §3). */
const MAY_IMPORT = {
  domain: ['domain'],
  classifiers: ['domain', 'classifiers'],
  config: ['domain', 'classifiers', 'config'],
  queues: ['domain', 'classifiers', 'config', 'queues', 'mail', 'store'],
  mail: ['domain', 'classifiers', 'config', 'queues', 'mail', 'store'],
  store: ['domain', 'classifiers', 'config', 'queues', 'mail', 'store'],
  workers: ['domain', 'classifiers', 'config', 'queues', 'mail', 'store', 'workers'],
  console: ['domain', 'classifiers', 'config', 'queues', 'mail', 'store', 'console'],
};
const ALL = [...Object.keys(MAY_IMPORT), 'scripts', 'tests'];

const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  files: [`${folder}/**/*.ts`],
  ignores: ['console/web/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: ALL.filter((f) => !allowed.includes(f)).map((f) => ({
          regex: `^(\\.\\./)+${f}/`,
          message: `${folder} may not import ${f} (imports go one way, CONTRIBUTING.md).`,
        })),
      },
    ],
  },
}));

/** The pages run in a browser: pure code of the domain, and the shapes (types only) of what the API answers. */
const pages = {
  files: ['console/web/**/*.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${[...Object.keys(MAY_IMPORT), 'scripts', 'tests'].filter((f) => f !== 'domain' && f !== 'console').join('|')})/`,
            message: 'The pages may not import this folder (CONTRIBUTING.md).',
          },
          { regex: '^(\\.\\./)+(routes|view|actions|auth)/', allowTypeImports: true, message: 'Types only.' },
        ],
      },
    ],
  },
};

const pure = {
  files: ['domain/**/*.ts', 'classifiers/**/*.ts'],
  ignores: ['classifiers/train.ts', 'classifiers/files.ts'],
  rules: {
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'The clock is an argument here.' },
      { object: 'DateTime', property: 'now', message: 'The clock is an argument here.' },
      { object: 'Math', property: 'random', message: 'Decisions are deterministic.' },
      { object: 'performance', property: 'now', message: 'The clock is an argument here.' },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock is an argument here.' },
    ],
    'no-restricted-globals': ['error', 'fetch', 'process', 'setTimeout', 'setInterval'],
  },
};

export default tseslint.config(
  { ignores: ['node_modules/', 'console/dist*/', '.tmp/', 'data/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  { files: ['scripts/**/*.ts', 'tests/**/*.ts'], rules: { 'no-console': 'off' } },
  ...layers,
  pages,
  pure,
);
