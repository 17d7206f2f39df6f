/** A hash table from 64-bit hashes to consecutive numbers, in typed arrays: millions of pieces in little memory. */

const empty = -1

/** Gives each hash a number, in the order of coming, from 0. */
export class GramTable {
  size = 0
  private keyA: Int32Array
  private keyB: Int32Array
  private slots: Int32Array
  private mask: number

  constructor(expected = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)))
    this.slots = new Int32Array(slots).fill(empty)
    this.mask = slots - 1
    this.keyA = new Int32Array(slots / 2)
    this.keyB = new Int32Array(slots / 2)
  }

  /** The number of a hash, -1 where it is not known. */
  find(a: number, b: number): number {
    const { slots, mask, keyA, keyB } = this
    for (let slot = (a ^ (b >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number
      if (found === empty || (keyB[found] === b && keyA[found] === a)) return found
    }
  }

  /** The number of a hash, a new one where it was not known. */
  findOrAdd(a: number, b: number): number {
    const { slots, mask, keyA, keyB } = this
    for (let slot = (a ^ (b >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number
      if (found === empty) {
        slots[slot] = this.size
        keyA[this.size] = a
        keyB[this.size++] = b
        if (this.size * 2 > this.mask) this.grow()
        return this.size - 1
      }
      if (keyB[found] === b && keyA[found] === a) return found
    }
  }

  /** A table of the hashes for which `keep` is true, numbered anew in the same order. */
  filtered(keep: (number: number) => boolean): GramTable {
    const table = new GramTable(this.size / 2)
    for (let i = 0; i < this.size; i++) {
      if (keep(i)) table.findOrAdd(this.keyA[i] as number, this.keyB[i] as number)
    }
    return table
  }

  private grow(): void {
    this.mask = this.slots.length * 2 - 1
    this.slots = new Int32Array(this.mask + 1).fill(empty)
    const larger = (keys: Int32Array) => {
      const array = new Int32Array((this.mask + 1) / 2 + 1)
      array.set(keys.subarray(0, this.size))
      return array
    }
    this.keyA = larger(this.keyA)
    this.keyB = larger(this.keyB)
    for (let i = 0; i < this.size; i++) {
      let slot = ((this.keyA[i] as number) ^ ((this.keyB[i] as number) >>> 7)) & this.mask
      while (this.slots[slot] !== empty) slot = (slot + 1) & this.mask
      this.slots[slot] = i
    }
  }
}
