// Rules that need types are left out: vue-tsc checks the types, and they would take ten times as long.
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import ts from 'typescript-eslint'

export default defineConfig(
  globalIgnores(['src/api/schema.d.ts']),
  js.configs.recommended,
  ts.configs.strict,
  vue.configs['flat/essential'],
  accessibility.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      'no-undef': 'off', // the types know what is defined
      '@typescript-eslint/no-non-null-assertion': 'off', // an index that was checked just before
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-unused-refs': 'error',
      'vue/no-useless-v-bind': 'error',
      'vue/prefer-true-attribute-shorthand': 'error',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      // A tab list and a list box hand the focus to their items.
      'vuejs-accessibility/interactive-supports-focus': 'off',
    },
  },
)
