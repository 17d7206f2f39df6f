import { describe, expect, test } from "vitest"
import { readExamples } from "./examples.ts"
import type { ReadExamplesOptions } from "./examples.ts"
import { inferSignature } from "./infer-signature.ts"
import { outputField } from "./labels.ts"
import { openTable } from "./open-table.ts"
import { describeReport } from "./report.ts"
import { lacking, testFolder } from "./support.test.helpers.ts"

const folder = testFolder()

async function read(content: string, options: Partial<ReadExamplesOptions> = {}) {
  const table = await openTable(await folder.file("t.csv", content))
  return readExamples(table, { inputs: ["text"], output: "label", ...options })
}

const rows = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join("\n")
const plain = `text,label\n${rows(10, (i) => `message ${i},${i % 2 === 0 ? "spam" : "ham"}`)}\n`
const texts = async (content: string, options: Partial<ReadExamplesOptions> = {}) => {
  const { report } = await read(content, options)
  return { report, en: describeReport(report).map((text) => text.en).join("\n"), zh: describeReport(report).map((text) => text.zh).join("\n") }
}

test("labelled rows become examples keyed by row number, unlabelled ones are set aside and counted", async () => {
  const { signature, examples, unlabelled, report } = await read(`${plain}no label,\nnor here,N/A\n`)
  expect(examples).toHaveLength(10)
  expect(examples[2]).toEqual({ key: "3", input: { text: "message 2" }, label: "spam" })
  expect(unlabelled.map((row) => row.key)).toEqual(["11", "12"])
  expect(report).toMatchObject({ rows: 12, labelled: 10, unlabelled: 2, classes: [{ label: "ham", count: 5 }, { label: "spam", count: 5 }] })
  expect(describeReport(report)[0]).toEqual({ en: "2 rows have no label: they judge nothing; with a local embedder they may teach.", zh: "有 2 行没有标签：不参与评判；使用本地向量模型时可用于辅助学习。" })
  expect(signature.output).toEqual({ name: "label", type: "enum", classes: ["ham", "spam"] })
})

test("clean data has nothing to report", async () => {
  expect((await texts(plain)).en).toBe("")
})

describe("the output", () => {
  test("yes and no in many writings is boolean, the negative class first", () => {
    for (const [negative, positive] of [["no", "yes"], ["FALSE", "TRUE"], ["否", "是"], ["0", "1"], ["N", "Y"], ["假", "真"]] as const) {
      expect(outputField("x", [positive, negative])).toEqual({ name: "x", type: "boolean", classes: [negative, positive] })
    }
    expect(outputField("x", ["yes", "no", "maybe"]).type).toBe("enum")
  })

  test("classes stand in a fixed order, numbers counting up", () => {
    expect(outputField("x", ["b", "10", "9", "a", "-1"]).classes).toEqual(["-1", "9", "10", "a", "b"])
  })

  test("a signature comes from rows alone, with types that the user knows better", () => {
    const sample = Array.from({ length: 30 }, (_, i) => ({ text: `words of ${i}`, n: `${i}%`, at: "2024/3/5", label: i % 2 === 0 ? "是" : "否" }))
    const choice = { inputs: ["text", "n", "at"], output: "label", types: { at: "text" as const }, glossary: { 是: "广告" } }
    expect(inferSignature(sample, choice)).toEqual({
      inputs: [{ name: "text", type: "text" }, { name: "n", type: "number" }, { name: "at", type: "text" }],
      output: { name: "label", type: "boolean", classes: ["否", "是"], glossary: { 是: "广告" } },
    })
  })
})

describe("what cannot work is refused with the fix", () => {
  test("no such column lists those there are and the nearest", async () => {
    expect(await lacking(read(plain, { output: "lable" }), "no_such_column", ['no column "lable"', 'Did you mean "label"?', "text, label"], ["没有名为“lable”的列", "您是指“label”吗", "text、label"])).toEqual([])
    expect(await lacking(read(plain, { time: "when" }), "no_such_column", ['"when"'], ["“when”"])).toEqual([])
  })
  test("the output among the inputs", async () => {
    expect(await lacking(read(plain, { inputs: ["text", "label"] }), "output_among_inputs", ["given away", 'Take "label" out'], ["泄露答案"])).toEqual([])
  })
  test("one class only", async () => {
    expect(await lacking(read("text,label\na,x\nb,x\n"), "one_class", ['same label "x"', "another label"], ["同一个标签“x”"])).toEqual([])
  })
  test("no label at all, unless the classes are known", async () => {
    expect(await lacking(read("text,label\na,\nb,\n"), "no_labels", ["None of the 2 rows", "Label some rows"], ["都没有标签"])).toEqual([])
    const { examples, signature } = await read("text,label\na,\nb,\n", { classes: ["x", "y"] })
    expect([examples.length, signature.output.classes]).toEqual([0, ["x", "y"]])
  })
  test("fewer rows than classes", async () => {
    expect(await lacking(read(`text,label\n${rows(9, (i) => `t${i},label ${i}`)}\n`), "fewer_rows_than_classes", ["9 classes in 9 labelled rows", "repeated values"], ["9 行有标签的数据中有 9 个类别"])).toEqual([])
  })
  test("a header without rows", async () => {
    expect(await lacking(read("text,label\n"), "no_rows", ["has no rows"], ["没有数据行"])).toEqual([])
  })
})

describe("what looks wrong is reported", () => {
  const messy = `text,label\n${rows(6, (i) => `message ${i},${["Spam", "spam ", "ham", "ＨＡＭ", "spam ", "ham"][i]}`)}\n`

  test("labels that differ in case, spaces or width are reported, and merged on request into the most frequent", async () => {
    const { report, en, zh } = await texts(messy)
    expect(report.classes).toHaveLength(4)
    expect(report.labelVariants.map((group) => group.canonical)).toEqual(["spam", "ham"])
    expect(en).toContain('"spam ", "Spam"; "ham", "ＨＡＭ". Probably each group is one class: merge them with --merge-labels.')
    expect(zh).toContain("可用 --merge-labels 合并")
    const merged = await read(messy, { mergeLabels: true })
    expect(merged.examples.map((example) => example.label)).toEqual(["spam", "spam", "ham", "ham", "spam", "ham"])
    expect(merged.signature.output.classes).toEqual(["ham", "spam"])
    expect(describeReport(merged.report)[0]?.en).toContain("Merged labels")
  })

  test("labels that are one class only after merging are refused", async () => {
    expect(await lacking(read("text,label\na,x\nb,X\nc,x\n", { mergeLabels: true }), "one_class", ['"x"'], ["“x”"])).toEqual([])
  })

  test("the same text with different labels, with its rows", async () => {
    const { report, en, zh } = await texts(`${plain}Message  0,ham\nmessage 1,ham\n`)
    expect(report.conflicts).toEqual({ count: 1, rows: 2, groups: [{ labels: ["spam", "ham"], rows: ["1", "11"] }], duplicates: 2 })
    expect(en).toContain('1 inputs stand with different labels, in 2 rows: rows 1, 11 ("spam", "ham")')
    expect(zh).toContain("第 1、11 行（“spam”、“ham”）")
  })

  test("labelled rows without any input", async () => {
    const { report, en } = await texts(`${plain}"",spam\n  ,ham\n`)
    expect(report.emptyInputs).toEqual({ count: 2, rows: ["11", "12"] })
    expect(en).toContain("2 labelled rows have no input at all: rows 11, 12.")
  })

  test("classes with one example", async () => {
    expect((await texts(`${plain}x,rare\n`)).en).toContain('1 classes have a single example: "rare"')
  })

  test("an input that is a copy or a code of the label", async () => {
    const content = `text,copy,code,fair,label\n${rows(100, (i) => `message ${i},${i % 2 === 0 ? "SPAM" : "ham"},${i % 2},${i % 3},${i % 2 === 0 ? "spam" : "ham"}`)}\n`
    const { report, en, zh } = await texts(content, { inputs: ["text", "copy", "code", "fair"] })
    expect(report.leaks).toEqual([{ column: "copy", kind: "copy", agreement: 1 }, { column: "code", kind: "code", agreement: 1 }])
    expect(en).toContain('The input "copy" holds the label itself in 100.0 % of the rows')
    expect(zh).toContain("“code”")
  })

  test("unlabelled rows keep their times, for labels that come back", async () => {
    const content = `text,at,label\n${rows(4, (i) => `message ${i},2024-03-0${i + 1},${i % 2 === 0 ? "a" : "b"}`)}\nx,2024-03-09,\ny,soon,\n`
    const { times, unlabelledTimes } = await read(content, { time: "at" })
    expect(times?.length).toBe(4)
    expect([...(unlabelledTimes ?? [])]).toEqual([Date.UTC(2024, 2, 9), Number.NaN])
  })

  test("rows whose time cannot be read", async () => {
    const content = `text,at,label\n${rows(4, (i) => `message ${i},2024年3月${i + 1}日,${i % 2 === 0 ? "a" : "b"}`)}\nx,soon,a\n`
    const { times, report } = await read(content, { time: "at" })
    expect([...(times ?? [])]).toEqual([1, 2, 3, 4].map((day) => Date.UTC(2024, 2, day)).concat(Number.NaN))
    expect(report.withoutTime).toBe(1)
    expect(describeReport(report).at(-1)?.en).toContain("no readable date")
  })
})

test("progress counts bytes and an abort stops the reading", async () => {
  const done: number[] = []
  await read(plain, { onProgress: (bytes, total) => done.push(bytes / total) })
  expect(done.at(-1)).toBe(1)
  await expect(read(plain, { abortSignal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough")
})
