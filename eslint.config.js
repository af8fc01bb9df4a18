// What the compiler does not see: unsafe patterns, long functions, where time may be read. Formatting is prettier's.
import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

const noGenericIpc = [
  "Property > Identifier.value[name='ipcRenderer']",
  "CallExpression > Identifier.arguments[name='ipcRenderer']",
].map((selector) => ({ selector, message: 'Never hand ipcRenderer to the page.' }))

export default ts.config(
  { ignores: ['node_modules', 'out', '**/dist', 'coverage', 'demo-output', 'test-results'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  prettier,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      'no-console': 'error',
      'max-depth': ['error', 4],
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    files: ['**/*.vue'],
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      // Every text is in renderer/locales, in both languages.
      'vue/no-bare-strings-in-template': [
        'error',
        {
          allowlist: ['·', '.', ',', '!', ':', '–', '“', '”', 'https://', 'Enter', 'Esc', '↑', '↓', '↵', 'Parley'],
          attributes: {
            '/.+/': [
              'title',
              'label',
              'aria-label',
              'aria-placeholder',
              'aria-roledescription',
              'aria-valuetext',
              'alt',
              'placeholder',
              'heading',
              'hint',
              'lead',
              'saying',
            ],
          },
        },
      ],
    },
  },
  {
    // Time and randomness are passed in here; the simulation depends on it.
    files: ['shared/**/*.ts', 'server/calls/**/*.ts', 'server/rooms/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the time from the Timers or Clock that is passed in.' },
        { object: 'Math', property: 'random', message: 'Take randomness from the Random that is passed in.' },
      ],
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'performance'],
    },
  },
  { files: ['electron/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...noGenericIpc] } },
  { files: ['scripts/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
)
