// A sound file with nothing in it, to be played as Chromium's fake microphone.
const RATE = 48_000
const BYTES = RATE * 2

/** A second of silence: one channel, 16 bits. */
export function silentWav(): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + BYTES, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(BYTES, 40)
  return Buffer.concat([head, Buffer.alloc(BYTES)])
}
