/** GB18030 output. Node decodes it but does not encode it: the reverse table is built from its decoder. */

/** First code of the four-byte forms beyond the basic plane, as a linear index (WHATWG Encoding, gb18030 index ranges). */
const supplementaryStart = 189_000
/** Number of four-byte forms that lie in the basic plane (0x81308130 to 0x8431A439). */
const basicFourByteForms = 39_420

interface Tables {
  /** Code unit → two-byte code, 0 where there is none. */
  readonly twoByte: Uint16Array
  /** Code unit → linear index of its four-byte form + 1, 0 where there is none. */
  readonly fourByte: Uint16Array
}

let built: Tables | undefined

const writeFourByte = (target: Uint8Array, at: number, linear: number): void => {
  target[at] = 0x81 + Math.floor(linear / 12_600)
  target[at + 1] = 0x30 + (Math.floor(linear / 1_260) % 10)
  target[at + 2] = 0x81 + (Math.floor(linear / 10) % 126)
  target[at + 3] = 0x30 + (linear % 10)
}

function tables(): Tables {
  if (built !== undefined) return built
  const decoder = new TextDecoder("gb18030")
  const fourByte = new Uint16Array(65_536)
  const form = new Uint8Array(4)
  for (let linear = 0; linear < basicFourByteForms; linear++) {
    writeFourByte(form, 0, linear)
    const text = decoder.decode(form)
    if (text.length === 1 && text !== "\uFFFD") fourByte[text.charCodeAt(0)] = linear + 1
  }
  const twoByte = new Uint16Array(65_536)
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if (text.length === 1 && text !== "\uFFFD") twoByte[text.charCodeAt(0)] ||= (lead << 8) | trail
    }
  }
  // U+FFFD has a form of its own; decoding cannot tell it from a failure.
  writeFourByte(form, 0, 39_417)
  if (decoder.decode(form) === "\uFFFD") fourByte[0xfffd] = 39_418
  return (built = { twoByte, fourByte })
}

/**
 * Encodes `text` as GB18030, every Unicode character included but for 19 private-use ones that the decoder of the web
 * standard cannot give (U+E5E5 and those whose codes GB18030-2022 handed to other characters). These, and lone
 * surrogates, become U+FFFD.
 */
export function encodeGb18030(text: string): Buffer {
  const { twoByte, fourByte } = tables()
  const out = Buffer.allocUnsafe(text.length * 4)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    let unit = text.charCodeAt(i)
    if (unit < 0x80) {
      out[at++] = unit
      continue
    }
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const code = text.codePointAt(i) as number
      if (code > 0xffff) {
        writeFourByte(out, at, supplementaryStart + code - 0x10000)
        at += 4
        i++
        continue
      }
      unit = 0xfffd
    }
    const two = twoByte[unit] as number
    if (two !== 0) {
      out[at++] = two >> 8
      out[at++] = two & 0xff
      continue
    }
    writeFourByte(out, at, ((fourByte[unit] as number) || 39_418) - 1)
    at += 4
  }
  return out.subarray(0, at)
}
