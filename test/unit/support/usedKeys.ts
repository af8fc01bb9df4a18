// Which texts a program can show, told by its types: of every expression that stands where a key is wanted, the literals its type holds.
// A key put together (`schedule.${part}`) is as many keys as its type says. Vue files are read as vue-tsc reads them, templates too.
import { createRequire } from 'node:module'
import path from 'node:path'
import ts from 'typescript'

type LanguagePlugins = { languagePlugins: unknown[] }
type ProxyCreateProgram = (
  typescript: typeof ts,
  original: typeof ts.createProgram,
  create: (typescript: typeof ts, options: ts.CreateProgramOptions) => LanguagePlugins,
) => (options: ts.CreateProgramOptions) => ts.Program
type VueLanguage = {
  createParsedCommandLine: (typescript: typeof ts, host: typeof ts.sys, file: string) => { vueOptions: object }
  createVueLanguagePlugin: (
    typescript: typeof ts,
    options: ts.CompilerOptions,
    vueOptions: object,
    asFileName: (id: string) => string,
  ) => unknown
}

// What vue-tsc itself stands on, of the version it brings.
const ofVueTsc = createRequire(createRequire(import.meta.url).resolve('vue-tsc/package.json'))
const vue = ofVueTsc('@vue/language-core') as VueLanguage
const { proxyCreateProgram } = ofVueTsc('@volar/typescript') as { proxyCreateProgram: ProxyCreateProgram }

/**
 * Where a key is written, or handed on to whatever takes one. Parentheses and conditions hand their wish on to what is in them.
 * To ask for the type of anything else costs seconds and finds nothing.
 */
function canBeKey(node: ts.Node): node is ts.Expression {
  if (ts.isStringLiteralLike(node)) return /^\w+\.[\w-]+$/.test(node.text)
  if (ts.isTemplateExpression(node) || ts.isElementAccessExpression(node)) return true
  const isName = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)
  if (!isName && !ts.isCallExpression(node)) return false
  return ts.isCallExpression(node.parent) && node.parent.arguments[0] === node
}

const readProject = (configFile: string) =>
  ts.parseJsonConfigFileContent(
    ts.readConfigFile(configFile, ts.sys.readFile).config,
    ts.sys,
    path.dirname(configFile),
    undefined,
    configFile,
    undefined,
    [{ extension: 'vue', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred }],
  )

/** Several projects as one: nothing is checked here but what expressions may be, and to read everything twice takes twice as long. */
export function openProgram(configFiles: [string, ...string[]]): ts.Program {
  const projects = configFiles.map(readProject)
  const options: ts.CompilerOptions = {
    ...projects[0]?.options,
    types: projects.flatMap((project) => project.options.types ?? []),
    allowArbitraryExtensions: true,
  }
  const { vueOptions } = vue.createParsedCommandLine(ts, ts.sys, configFiles[0])
  const createProgram = proxyCreateProgram(ts, ts.createProgram, (typescript, { options }) => ({
    languagePlugins: [vue.createVueLanguagePlugin(typescript, options, vueOptions, (id) => id)],
  }))
  return createProgram({
    rootNames: projects.flatMap((project) => project.fileNames),
    options,
    host: ts.createCompilerHost(options),
  })
}

const literalsOf = (type: ts.Type | undefined): string[] =>
  (type?.isUnion() ? type.types : type ? [type] : []).flatMap((one) => (one.isStringLiteral() ? [one.value] : []))

/**
 * The keys that the program's own files can show; one that is in `all` nowhere is a missing one.
 * `widest` is how many the smallest type of keys holds: an expression of that type says nothing of use.
 */
export function usedKeys(program: ts.Program, all: ReadonlySet<string>, widest: number): Set<string> {
  const checker = program.getTypeChecker()
  const used = new Set<string>()
  const wantsKey = new Map<ts.Type, boolean>()
  const isKeys = (texts: string[]) => texts.length > 0 && texts.every((text) => all.has(text))
  function isWanted(type: ts.Type): boolean {
    const known = wantsKey.get(type) ?? isKeys(literalsOf(type))
    wantsKey.set(type, known)
    return known
  }
  function look(node: ts.Node) {
    if (ts.isTypeNode(node)) return
    if (canBeKey(node)) {
      const wanted = checker.getContextualType(node)
      if (wanted && isWanted(wanted)) {
        const literals = literalsOf(checker.getTypeAtLocation(node))
        if (literals.length < widest) literals.forEach((text) => used.add(text))
      }
    }
    ts.forEachChild(node, look)
  }
  for (const file of program.getSourceFiles()) {
    const isOwn = !file.isDeclarationFile && !/[\\/](node_modules|locales)[\\/]/.test(file.fileName)
    if (isOwn) look(file)
  }
  return used
}
