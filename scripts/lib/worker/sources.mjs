// What the build against the system's libraries reads from and changes in the worker's sources. Pure.

/**
 * The quoted entries of a list in a meson.build file, including later `name += [ … ]` additions.
 * The worker's files hold plain string lists; anything else is refused rather than half understood.
 * @param {string} source of the meson.build file
 * @param {string} name of the list
 * @returns {string[]}
 * @throws {Error} when the list is missing, unclosed or holds something that is not a quoted string
 */
export function readMesonList(source, name) {
  const text = source.replace(/#.*$/gm, '')
  const starts = [...text.matchAll(new RegExp(`^[ \\t]*${name}[ \\t]*(\\+?=)[ \\t]*\\[`, 'gm'))]
  if (!starts.some(([, operator]) => operator === '=')) throw new Error(`meson.build has no list named ${name}`)
  return starts.flatMap((start) => {
    const from = start.index + start[0].length
    const to = text.indexOf(']', from)
    if (to < 0) throw new Error(`meson.build does not close the list ${name}`)
    return readEntries(text.slice(from, to), name)
  })
}

function readEntries(body, name) {
  const entries = [...body.matchAll(/'([^']*)'/g)].map(([, entry]) => entry)
  const left = body.replace(/'[^']*'/g, '').replace(/[\s,]/g, '')
  if (left !== '') throw new Error(`meson.build's list ${name} holds more than quoted strings: ${left.slice(0, 40)}`)
  return entries
}

/** The file that mendDtls changes, relative to the worker's folder. */
export const dtlsFile = 'src/RTC/DtlsTransport.cpp'

const dtlsBroken = 'operationType == BIO_CB_RETURN)'
const dtlsMended = 'operationType & BIO_CB_RETURN)'

/**
 * Returns the source of DtlsTransport.cpp with its one-line mend.
 *
 * OpenSSL reports an operation's end as BIO_CB_RETURN combined with the operation, which the equality never matches:
 * the callback then answers the constant 1 instead of passing the operation's own result on. With Debian's OpenSSL the
 * first DTLS handshake crashes under SSL_read; the OpenSSL that the package bundles does not ask the question that
 * this answers wrongly.
 * @param {string} source
 * @throws {Error} when the line is not there exactly once: the package has changed and the mend must be thought over
 */
export function mendDtls(source) {
  const parts = source.split(dtlsBroken)
  if (parts.length !== 2) {
    throw new Error(
      `${dtlsFile} has "${dtlsBroken}" ${parts.length - 1} times instead of once: ` +
        `this version of mediasoup needs another look before it is built against the system's OpenSSL`,
    )
  }
  return parts.join(dtlsMended)
}

/**
 * The build.ninja of the worker.
 * @param {object} plan
 * @param {string[]} plan.sources relative to the worker's folder
 * @param {string} plan.compileFlags from pkg-config
 * @param {string} plan.linkFlags from pkg-config
 * @param {boolean} plan.littleEndian
 * @param {string} plan.compiler
 */
export function ninjaFile({ sources, compileFlags, linkFlags, littleEndian, compiler }) {
  const unique = [...new Set(sources)]
  const objects = unique.map((source) => `out/objects/${source.replace(/\.(cpp|cc)$/, '.o')}`)
  const defines = ['NDEBUG', littleEndian ? 'MS_LITTLE_ENDIAN' : 'MS_BIG_ENDIAN', 'MS_EXECUTABLE']
  const folders = ['shim', 'out', 'include', 'deps/libwebrtc', 'deps/libwebrtc/libwebrtc']
  return `compiler = ${compiler}
flags = -std=c++20 -O2 ${defines.map((define) => `-D${define}`).join(' ')} -DFLATBUFFERS_LOCALE_INDEPENDENT=1 $
  ${folders.map((folder) => `-I${folder}`).join(' ')} ${compileFlags}
links = ${linkFlags}

rule precompile
  command = $compiler $flags -x c++-header $in -o $out
rule compile
  command = $compiler $flags -include shim/precompiled.hpp -MD -MF $out.d -c $in -o $out
  depfile = $out.d
  deps = gcc
rule link
  command = $compiler -o $out $in $links

build shim/precompiled.hpp.gch: precompile shim/precompiled.hpp
${unique.map((source, index) => `build ${objects[index]}: compile ${source} | shim/precompiled.hpp.gch`).join('\n')}
build out/mediasoup-worker: link ${objects.join(' ')}
`
}
