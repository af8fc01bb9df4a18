// What building the worker reads from its sources and changes in them. Pure.

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

/**
 * What is changed in the worker's sources before they are built: a file relative to the worker's folder, and pieces of it as they are
 * and as they have to be.
 * @typedef {{file: string, pieces: [broken: string, whole: string][]}} Mend
 */

/**
 * OpenSSL reports an operation's end as BIO_CB_RETURN combined with the operation, which the equality never matches:
 * the callback then answers the constant 1 instead of passing the operation's own result on. With Debian's OpenSSL the
 * first DTLS handshake crashes under SSL_read; the OpenSSL that the package bundles does not ask the question that
 * this answers wrongly.
 * @type {Mend}
 */
export const dtlsMend = {
  file: 'src/RTC/DtlsTransport.cpp',
  pieces: [['operationType == BIO_CB_RETURN)', 'operationType & BIO_CB_RETURN)']],
}

/**
 * The packets that probe how much a line carries are numbered in a buffer that all transports of a worker share, and every
 * receiving transport that comes begins it with a number by chance. Half of the time that is an older one to those that
 * were there, SRTP refuses to send what looks like a repetition ("index too old"), and what was lost so counts as lost on
 * the line: after a narrow line is wide again the picture stays small, for good. Each transport needs a buffer of its own.
 * @type {Mend[]}
 */
export const probeMends = [
  {
    file: 'include/RTC/RTP/ProbationGenerator.hpp',
    pieces: [
      [
        'std::unique_ptr<RTP::Packet> probationPacket;',
        'std::unique_ptr<RTP::Packet> probationPacket;\n\t\t\tuint8_t probationPacketBuffer[ProbationPacketMaxLength]{};',
      ],
    ],
  },
  {
    file: 'src/RTC/RTP/ProbationGenerator.cpp',
    pieces: [
      [
        'RTP::Packet::Factory(ProbationPacketBuffer, sizeof(ProbationPacketBuffer))',
        'RTP::Packet::Factory(this->probationPacketBuffer, sizeof(this->probationPacketBuffer))',
      ],
    ],
  },
]

/**
 * @param {string} source of the mend's file
 * @param {Mend} mend
 * @returns {string} unchanged where it has been mended already
 * @throws {Error} when a piece is not there exactly once: the package has changed and the mend must be thought over
 */
export function mended(source, { file, pieces }) {
  return pieces.reduce((text, [broken, whole]) => {
    if (text.includes(whole) && !text.replace(whole, '').includes(broken)) return text
    const parts = text.split(broken)
    if (parts.length === 2) return parts.join(whole)
    throw new Error(
      `${file} has "${broken}" ${parts.length - 1} times instead of once: ` +
        `this version of mediasoup needs another look before its worker is built`,
    )
  }, source)
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
