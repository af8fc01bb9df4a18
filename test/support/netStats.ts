// What a page knows of its network: by which way its media goes, what was lost and made up for, and how big pictures arrive.
import type { Page } from 'playwright'

export type NetStats = {
  /** Of each connection that has one: `udp`, `tcp`, or `relay` when it goes through a TURN server. */
  ways: string[]
  /** All connections ever made here, closed ones included. */
  connectionsMade: number
  soundPacketsReceived: number
  packetsLost: number
  concealedSamples: number
  samplesReceived: number
  framesDecoded: number
  /** Of the tallest picture that comes in; 0 when none does. */
  frameHeight: number
  bytesReceived: number
  /** Packets that the SFU sent only to see how much fits. */
  probesReceived: number
  roundTripMs: number | null
}

/** The stream of mediasoup's probes. */
const PROBE_SSRC = 1234

/** Every report is plain data with a type; only what is used here is named. */
type Report = Record<string, unknown> & { id: string; type: string }

export function netStats(page: Page): Promise<NetStats> {
  return page.evaluate(async (probeSsrc) => {
    const { connections } = (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest
    const all: Report[][] = []
    for (const connection of connections) {
      if (connection.connectionState !== 'closed') all.push([...(await connection.getStats()).values()] as Report[])
    }
    const ways: string[] = []
    let roundTripMs: number | null = null
    for (const reports of all) {
      const byId = new Map(reports.map((report) => [report.id, report]))
      const transport = reports.find(({ type }) => type === 'transport')
      const pair = byId.get(String(transport?.['selectedCandidatePairId']))
      if (!pair) continue
      const local = byId.get(String(pair['localCandidateId']))
      // Behind a NAT a relayed candidate is one that the other side has found (prflx).
      const relayed = local?.['candidateType'] === 'relay' || local?.['relayProtocol'] !== undefined
      ways.push(relayed ? 'relay' : String(local?.['protocol']))
      if (typeof pair['currentRoundTripTime'] === 'number') roundTripMs = pair['currentRoundTripTime'] * 1000
    }
    const inbound = all.flat().filter(({ type }) => type === 'inbound-rtp')
    const sum = (name: string, kind?: string) =>
      inbound.reduce((total, report) => total + (kind && report['kind'] !== kind ? 0 : Number(report[name] ?? 0)), 0)
    return {
      ways,
      connectionsMade: connections.length,
      soundPacketsReceived: sum('packetsReceived', 'audio'),
      packetsLost: sum('packetsLost'),
      concealedSamples: sum('concealedSamples'),
      samplesReceived: sum('totalSamplesReceived'),
      framesDecoded: sum('framesDecoded'),
      frameHeight: Math.max(0, ...inbound.map((report) => Number(report['frameHeight'] ?? 0))),
      bytesReceived: sum('bytesReceived'),
      probesReceived: Number(inbound.find((report) => report['ssrc'] === probeSsrc)?.['packetsReceived'] ?? 0),
      roundTripMs,
    }
  }, PROBE_SSRC)
}
