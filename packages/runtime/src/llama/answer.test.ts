import * as fc from "fast-check"
import { expect, test } from "vitest"
import { createPartWriter } from "./answer-parts.ts"
import { createAnswerText } from "./answer-text.ts"

/** A token a byte, so that characters are spread over several. */
const detokenize = (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens))
const read = (text: string, stops: readonly string[]) => {
  const answer = createAnswerText(stops, detokenize)
  const pieces: string[] = []
  for (const byte of new TextEncoder().encode(text)) {
    pieces.push(answer.push(byte))
    if (answer.stoppedBy !== undefined) break
  }
  pieces.push(answer.flush())
  return { pieces, stoppedBy: answer.stoppedBy }
}

test("characters that are spread over tokens come out whole", () => {
  const { pieces } = read("你好，🙂 café", [])
  expect(pieces.join("")).toBe("你好，🙂 café")
  expect(pieces.every((piece) => !piece.includes("\uFFFD"))).toBe(true)
})

test("the text ends before the first stop sequence, and nothing of it was given out", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab]{0,12}$/u), fc.array(fc.stringMatching(/^[ab]{1,4}$/u), { maxLength: 3 }), (text, stops) => {
      const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
      const { pieces, stoppedBy } = read(text, stops)
      // A longer sequence may begin earlier than a shorter one that is complete first.
      const first = Math.min(...stops.map((stop) => (text.includes(stop) ? text.indexOf(stop) + stop.length : Infinity)))
      expect(stoppedBy !== undefined).toBe(ends.length > 0)
      const given = pieces.join("")
      expect(ends.length === 0 ? given === text : text.slice(0, first).startsWith(given)).toBe(true)
    }),
    { seed: 3 },
  )
})

const write = (text: string, readsCalls = true) => {
  let ids = 0
  const writer = createPartWriter(readsCalls, () => `id${ids++}`)
  return { parts: [...Array.from(text).flatMap((character) => writer.push(character)), ...writer.finish()], calls: writer.calls }
}
const textIn = (parts: ReturnType<typeof write>["parts"]) => parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")

test("text and calls are told apart, character by character", () => {
  const { parts, calls } = write(`One moment.\n<tool_call>\n{"name": "look", "arguments": {"a": 1}}\n</tool_call>\n<tool_call>\n{"name":"go","arguments":{}}\n</tool_call>`)
  expect(textIn(parts)).toBe("One moment.\n")
  expect(calls).toBe(2)
  expect(parts.filter((part) => part.type === "tool-call").map((part) => [part.toolName, part.input])).toEqual([["look", `{"a":1}`], ["go", "{}"]])
  const types = parts.map((part) => part.type)
  expect(types.indexOf("text-end")).toBeLessThan(types.indexOf("tool-input-start"))
})

test("a call that was cut is told as text, and marks are plain text where no tool is given", () => {
  expect(textIn(write(`<tool_call>\n{"name": "lo`).parts)).toBe(`<tool_call>\n{"name": "lo`)
  expect(textIn(write("a <tool_call> b", false).parts)).toBe("a <tool_call> b")
})
