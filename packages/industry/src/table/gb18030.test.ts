import { expect, test } from "vitest"
import { encodeGb18030 } from "./gb18030.ts"

const decode = (bytes: Uint8Array): string => new TextDecoder("gb18030", { fatal: true, ignoreBOM: true }).decode(bytes)

test("every character but 19 private-use ones survives encoding and decoding", () => {
  const lost: string[] = []
  for (let start = 0; start < 0x110000; start += 0x100) {
    const block: string[] = []
    for (let code = start; code < start + 0x100; code++) if (code < 0xd800 || code > 0xdfff) block.push(String.fromCodePoint(code))
    const text = block.join("")
    if (decode(encodeGb18030(text)) === text) continue
    for (const char of block) if (decode(encodeGb18030(char)) !== char) lost.push(char)
  }
  expect(lost).toHaveLength(19)
  expect(lost.every((char) => char >= "\ue000" && char <= "\uf8ff")).toBe(true)
})

test("codes are those of the standard", () => {
  expect(encodeGb18030("中文a").toString("hex")).toBe("d6d0cec461")
  expect(encodeGb18030("€").toString("hex")).toBe("a2e3")
  expect(encodeGb18030("\u0080").toString("hex")).toBe("81308130")
  expect(encodeGb18030("\u{10000}").toString("hex")).toBe("90308130")
  expect(encodeGb18030("😀").toString("hex")).toBe("9439fc36")
})

test("a lone surrogate becomes the replacement character", () => {
  expect(decode(encodeGb18030("a\ud800b"))).toBe("a\ufffdb")
})
