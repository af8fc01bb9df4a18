// What WebRTC's reports say about this computer's strength.
import type { types } from 'mediasoup-client'
import type { Session } from './session.ts'

type Report = {
  type: string
  kind?: string
  active?: boolean
  framesDropped?: number
  framesDecoded?: number
  qualityLimitationReason?: string
}
/** Sums since media was opened. */
export type Flow = { decoded: number; dropped: number; heldBackBy: 'cpu' | 'bandwidth' | null }

export async function readFlow(session: Session, camera: types.Producer | null): Promise<Report[]> {
  const sent = camera && !camera.closed && !camera.paused ? camera.getStats() : null
  const reports = await Promise.all([session.receiveStats(), sent])
  return reports.flatMap((report) => (report ? [...report.values()] : [])) as Report[]
}

export function flowOf(reports: readonly Report[]): Flow {
  const flow: Flow = { decoded: 0, dropped: 0, heldBackBy: null }
  for (const report of reports) {
    if (report.type === 'inbound-rtp' && report.kind === 'video') {
      flow.decoded += report.framesDecoded ?? 0
      flow.dropped += report.framesDropped ?? 0
    }
    if (report.type !== 'outbound-rtp' || report.active === false) continue
    const { qualityLimitationReason: reason } = report
    if (reason === 'cpu') flow.heldBackBy = 'cpu'
    else if (reason === 'bandwidth') flow.heldBackBy ??= 'bandwidth'
  }
  return flow
}
