/** A binary heap whose members know their place, so that any of them can move or leave in O(log n). */

export interface HeapMember {
  /** Index in the heap; -1 outside. Kept by the heap. */
  place: number
}

export class IndexedHeap<T extends HeapMember> {
  readonly #members: T[] = []
  readonly #isBefore: (a: T, b: T) => boolean

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore
  }

  get size(): number { return this.#members.length }
  get first(): T | undefined { return this.#members[0] }

  add(member: T): void {
    this.#members.push(member)
    this.#rise(member, this.#members.length - 1)
  }

  remove(member: T): void {
    const { place } = member
    const last = this.#members.pop()
    member.place = -1
    if (last === undefined || last === member) return
    this.#set(last, place)
    this.moved(last)
  }

  /** Call after a member's rank changed. */
  moved(member: T): void {
    this.#rise(member, member.place)
    this.#sink(member)
  }

  #set(member: T, place: number): void {
    this.#members[place] = member
    member.place = place
  }

  #rise(member: T, from: number): void {
    let place = from
    while (place > 0) {
      const parentPlace = (place - 1) >> 1
      const parent = this.#members[parentPlace] as T
      if (!this.#isBefore(member, parent)) break
      this.#set(parent, place)
      place = parentPlace
    }
    this.#set(member, place)
  }

  #sink(member: T): void {
    let { place } = member
    for (;;) {
      let childPlace = 2 * place + 1
      if (childPlace >= this.#members.length) break
      const right = childPlace + 1
      if (right < this.#members.length && this.#isBefore(this.#members[right] as T, this.#members[childPlace] as T)) {
        childPlace = right
      }
      const child = this.#members[childPlace] as T
      if (!this.#isBefore(child, member)) break
      this.#set(child, place)
      place = childPlace
    }
    this.#set(member, place)
  }
}
