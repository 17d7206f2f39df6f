import * as fc from "fast-check"
import { expect, test } from "vitest"
import { IndexedHeap } from "./heap.ts"

interface Member { place: number; rank: number }

test("the first is always the least, whatever is added, moved or taken out", () => {
  const act = fc.record({ kind: fc.constantFrom("add", "move", "remove"), rank: fc.integer({ min: 0, max: 50 }), which: fc.nat() })
  fc.assert(fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
    const heap = new IndexedHeap<Member>((a, b) => a.rank < b.rank)
    const members: Member[] = []
    const left: Member[] = []
    for (const { kind, rank, which } of acts) {
      const member = members[which % Math.max(1, members.length)]
      if (kind === "add" || member === undefined) {
        const added = { place: -1, rank }
        members.push(added)
        heap.add(added)
      } else if (kind === "move") {
        member.rank = rank
        heap.moved(member)
      } else {
        heap.remove(member)
        members.splice(members.indexOf(member), 1)
        left.push(member)
      }
      expect(left.every((each) => each.place === -1)).toBe(true)
      expect(heap.size).toBe(members.length)
      expect(heap.first?.rank).toBe(members.length === 0 ? undefined : Math.min(...members.map((each) => each.rank)))
    }
  }))
})
