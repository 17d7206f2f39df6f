/** Rendezvous hashing (Thaler and Ravishankar 1998): a key keeps its target while that stands, on every replica alike. */

// 53 bits from two 32-bit lanes of multiplicative mixing with MurmurHash3's finalisers; equal on every machine.
function hash53(key: string, target: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  const mix = (code: number) => {
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  for (let i = 0; i < key.length; i++) mix(key.charCodeAt(i))
  mix(0x10000)
  for (let i = 0; i < target.length; i++) mix(target.charCodeAt(i))
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (b >>> 0) * 0x200000 + ((a >>> 0) >>> 11)
}

/**
 * Score of a target for a key; the highest wins. Weighted as in Schindelhauer and Schomaker (2005): shares are
 * proportional to weights, and a change of one weight moves only the keys that it must.
 */
export function rendezvousScore(key: string, target: string, weight: number): number {
  if (weight <= 0) return 0
  const uniform = (hash53(key, target) + 0.5) / 0x20000000000000
  return -weight / Math.log(uniform)
}
