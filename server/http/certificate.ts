// The server's own certificate: read from files, and read again when they change, so that renewing it needs no restart.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type Server } from 'node:tls'
import type { Timers } from '../../shared/time.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Log } from '../log.ts'

export type CertificateFiles = { certFile: string; keyFile: string }
export type Certificate = { cert: string; key: string }

const LOOK_EVERY_MS = 60_000
const DAY_MS = 24 * 3_600_000
const WARN_BEFORE_MS = 14 * DAY_MS

/** `invalid` with a sentence for whoever runs the server: a file that cannot be read, is none, or does not belong to the other. */
export async function readCertificate(
  { certFile, keyFile }: CertificateFiles,
  now: number,
): Promise<Result<Certificate>> {
  const read = async (file: string) => readFile(file, 'utf8').catch(() => null)
  const [cert, key] = [await read(certFile), await read(keyFile)]
  if (cert === null) return failure('invalid', `PARLEY_TLS_CERT: ${certFile} cannot be read`)
  if (key === null) return failure('invalid', `PARLEY_TLS_KEY: ${keyFile} cannot be read`)
  try {
    const parsed = new X509Certificate(cert)
    if (!parsed.checkPrivateKey(createPrivateKey(key)))
      return failure('invalid', 'PARLEY_TLS_KEY: this key does not belong to the certificate')
    if (Date.parse(parsed.validTo) <= now) return failure('invalid', `PARLEY_TLS_CERT: it ran out on ${parsed.validTo}`)
    createSecureContext({ cert, key })
  } catch {
    return failure('invalid', 'PARLEY_TLS_CERT and PARLEY_TLS_KEY: a certificate (with its chain) and its key, as PEM')
  }
  return success({ cert, key })
}

export type FollowOptions = {
  files: CertificateFiles
  first: Certificate
  server: Pick<Server, 'setSecureContext'>
  timers: Pick<Timers, 'now' | 'after'>
  log: Log
}

/** Looks at the files now and then. What cannot be used is told and passed over: the one of before goes on. Returns what ends it. */
export function followCertificate({ files, first, server, timers, log }: FollowOptions): () => void {
  let current = first
  let callOff = () => {}
  let ended = false
  async function look() {
    const read = await readCertificate(files, timers.now())
    if (ended) return
    if (!read.ok) log.error({ reason: read.error.message }, 'certificate not taken, the one of before stays')
    else if (read.value.cert !== current.cert || read.value.key !== current.key) {
      current = read.value
      server.setSecureContext(current)
      log.info({ validTo: new X509Certificate(current.cert).validTo }, 'certificate taken')
    }
    warnInTime()
    callOff = timers.after(LOOK_EVERY_MS, () => void look())
  }
  let warnedOn = 0
  /** Once a day. */
  function warnInTime() {
    const { validTo } = new X509Certificate(current.cert)
    const day = Math.floor(timers.now() / DAY_MS)
    if (day === warnedOn || Date.parse(validTo) - timers.now() > WARN_BEFORE_MS) return
    warnedOn = day
    log.warn({ validTo }, 'certificate runs out soon')
  }
  callOff = timers.after(LOOK_EVERY_MS, () => void look())
  return () => {
    ended = true
    callOff()
  }
}
