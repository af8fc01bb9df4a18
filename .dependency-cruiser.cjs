// Imports point one way: electron, renderer, server -> shared; never sideways, never back (ARCHITECTURE.md).
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to })

module.exports = {
  forbidden: [
    only(
      'shared-stands-alone',
      '^shared/',
      { path: '^(electron|renderer|server|test|scripts)/' },
      'shared/ imports nothing of the house.',
    ),
    only('shared-is-pure', '^shared/', { dependencyTypes: ['core'] }, 'shared/ runs without Node.'),
    only(
      'shared-libraries',
      '^shared/',
      { path: '^node_modules/', pathNot: '^node_modules/(zod|socket\\.io-client)/' },
      'shared/ needs zod, and the type of socket.io-client.',
    ),
    only(
      'server-is-apart',
      '^server/',
      { path: '^(electron|renderer|test|scripts)/' },
      'server/ imports shared/ only.',
    ),
    only(
      'electron-is-apart',
      '^electron/',
      { path: '^(server|renderer|test|scripts)/' },
      'electron/ imports shared/ only.',
    ),
    only(
      'renderer-is-apart',
      '^renderer/',
      { path: '^(server|electron|test|scripts)/' },
      'renderer/ imports shared/ only.',
    ),
    only('renderer-is-sandboxed', '^renderer/', { dependencyTypes: ['core'] }, 'The renderer has no Node.'),
    only(
      'preload-has-no-logic',
      '^electron/preload/',
      { path: '^electron/main/' },
      'The preload exposes, it does not do.',
    ),
    only(
      'one-sfu-importer',
      '^(?!server/media/|test/)',
      { path: '^node_modules/mediasoup/' },
      'Only server/media knows mediasoup.',
    ),
    only(
      'media-managers-without-vue',
      '^renderer/media/',
      { path: '^node_modules/(vue|pinia)/' },
      'Media managers know no Vue.',
    ),
    only(
      'nobody-needs-tests',
      '^(shared|server|electron|renderer|scripts)/',
      { path: '^test/' },
      'The product does not import its tests.',
    ),
    only(
      'no-circles',
      '',
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'A circle means that two files are one.',
    ),
    only(
      'no-orphans-of-packages',
      '',
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
      'Every library is in package.json.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
