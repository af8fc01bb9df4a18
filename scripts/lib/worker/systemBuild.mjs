// Builds mediasoup-worker from the sources inside the npm package against the libraries of a Debian-like system: for
// machines that reach a package registry and Debian's packages but not the places of the prebuilt workers.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, endianness } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../log.mjs'
import { installCommand, installPackages } from '../debian.mjs'
import { run, which } from '../processes.mjs'
import { mendSources } from './mendSources.mjs'
import { dtlsMend, ninjaFile, probeMends, readMesonList } from './sources.mjs'

const shimFolder = fileURLToPath(new URL('shim/', import.meta.url))
const compiler = 'g++'
const libraries = ['libuv', 'openssl', 'libsrtp2', 'flatbuffers', 'absl_strings', 'absl_optional', 'absl_memory']
const buildLimitMs = 40 * 60_000

const programPackages = { ninja: 'ninja-build', 'g++': 'g++', flatc: 'flatbuffers-compiler' }
const libraryPackages = {
  libuv: 'libuv1-dev',
  openssl: 'libssl-dev',
  libsrtp2: 'libsrtp2-dev',
  flatbuffers: 'libflatbuffers-dev',
  absl_strings: 'libabsl-dev',
}

/**
 * @param {object} options
 * @param {string} options.workerFolder the package's worker folder; stays untouched
 * @param {string} options.scratch an existing empty folder
 * @param {ReturnType<import('../log.mjs').createLog>} options.log
 * @returns {Promise<string>} the path of the new binary, inside scratch
 * @throws {SetupError}
 */
export async function buildAgainstSystem({ workerFolder, scratch, log }) {
  await requirePackages(log)
  const step = log.step('Building the mediasoup worker (some minutes, once)')
  try {
    await prepareSources(workerFolder, scratch)
    await generateHeaders(scratch)
    await writeFile(path.join(scratch, 'build.ninja'), await planBuild(scratch))
    await compile(scratch, (done, total) => step.progress(`${done}/${total}`))
    step.done()
  } catch (error) {
    step.failed()
    throw error
  }
  return path.join(scratch, 'out', 'mediasoup-worker')
}

async function requirePackages(log) {
  const missing = await missingPackages()
  if (missing.length === 0) return
  await installPackages(missing, log)
  const stillMissing = await missingPackages()
  if (stillMissing.length > 0) {
    throw new SetupError(
      `Still missing after installing: ${stillMissing.join(' ')}. Try: ${installCommand(stillMissing)}`,
    )
  }
}

/** Looks for the programs and libraries themselves, since a package's name differs between releases. */
async function missingPackages() {
  const programs = Object.keys(programPackages).filter((program) => which(program) === undefined)
  const missing = programs.map((program) => programPackages[program])
  if (which('pkg-config') === undefined) return [...missing, 'pkg-config', ...Object.values(libraryPackages)]
  for (const [library, debianPackage] of Object.entries(libraryPackages)) {
    const { code } = await run('pkg-config', ['--exists', library])
    if (code !== 0) missing.push(debianPackage)
  }
  return missing
}

async function prepareSources(workerFolder, scratch) {
  for (const folder of ['src', 'include', 'fbs', 'deps', 'meson.build']) {
    await cp(path.join(workerFolder, folder), path.join(scratch, folder), { recursive: true })
  }
  await cp(shimFolder, path.join(scratch, 'shim'), { recursive: true })
  await mendSources(scratch, [dtlsMend, ...probeMends])
}

/** Calls flatc with the arguments of the worker's own build. */
async function generateHeaders(scratch) {
  const schemas = (await readdir(path.join(scratch, 'fbs'))).filter((name) => name.endsWith('.fbs')).sort()
  const style = ['--cpp', '--cpp-field-case-style', 'lower', '--reflect-names', '--scoped-enums']
  const target = ['--filename-suffix', '', '-o', path.join(scratch, 'out', 'FBS')]
  await mkdir(path.join(scratch, 'out', 'FBS'), { recursive: true })
  await mustRun('flatc', [...style, ...target, ...schemas], { cwd: path.join(scratch, 'fbs') })
  const includes = schemas.map((schema) => `#include "FBS/${schema.replace(/\.fbs$/, '.h')}"`)
  await writeFile(path.join(scratch, 'out', 'schemas.hpp'), ['#pragma once', ...includes, ''].join('\n'))
}

async function planBuild(scratch) {
  const readList = async (file, name) => readMesonList(await readFile(path.join(scratch, file), 'utf8'), name)
  const bandwidth = (await readList('deps/libwebrtc/meson.build', 'libwebrtc_sources')).map(
    (source) => `deps/libwebrtc/${source}`,
  )
  return ninjaFile({
    sources: [...(await readList('meson.build', 'common_sources')), 'src/main.cpp', ...bandwidth],
    compileFlags: await packageConfig('--cflags'),
    linkFlags: `${await packageConfig('--libs')} -lpthread`,
    littleEndian: endianness() === 'LE',
    compiler,
  })
}

async function packageConfig(question) {
  return (await mustRun('pkg-config', [question, ...libraries])).trim()
}

async function compile(scratch, onProgress) {
  const onLine = (line) => {
    const counted = /^\[(\d+)\/(\d+)\]/.exec(line)
    if (counted) onProgress(Number(counted[1]), Number(counted[2]))
  }
  const env = { ...process.env, NINJA_STATUS: '[%f/%t] ' }
  await mustRun('ninja', ['-j', String(availableParallelism())], {
    cwd: scratch,
    env,
    onLine,
    timeLimitMs: buildLimitMs,
  })
}

async function mustRun(command, args, options = {}) {
  const { code, output, timedOut } = await run(command, args, options)
  if (code === 0) return output
  const ending = output.trim().split('\n').slice(-40).join('\n')
  const how = timedOut ? `took longer than ${options.timeLimitMs / 60_000} minutes` : `failed (${code})`
  throw new SetupError(`${ending}\n\n${command} ${how} while building the mediasoup worker.`)
}
