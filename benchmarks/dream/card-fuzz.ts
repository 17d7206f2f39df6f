/**
 * Damaged and harmful cards: `node --conditions=source benchmarks/dream/card-fuzz.ts [count]`. Prints outcomes, the slowest
 * file and the peak of memory; fails on a crash, on a file that takes over 2 s of processor time, or above 500 MB. Each of
 * the harmful files has a process of its own.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { crc32, deflateRawSync, deflateSync } from "node:zlib"
import { makeSeeds, mutate } from "./card-mutate.ts"
import { useFile } from "./card-use.ts"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const big = (text: string, count: number): string => text.repeat(count)

/** A chunk without a right checksum is refused early; these need none. */
function pngWith(seed: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([seed.subarray(0, -12), ...chunks, seed.subarray(-12)])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data])
  const frame = Buffer.alloc(4)
  frame.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([frame, content, sum])
}

function zip(files: readonly (readonly [string, Uint8Array])[], level: 0 | 6): Uint8Array {
  const locals: Uint8Array[] = []
  const records: Uint8Array[] = []
  let at = 0
  for (const [name, content] of files) {
    const packed = level === 0 ? content : deflateRawSync(content)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(level === 0 ? 0 : 8, 4)
    head.writeUInt32LE(crc32(content), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(content.length, 18)
    head.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    locals.push(Buffer.from("PK\u0003\u0004"), head, Buffer.from(name), packed)
    records.push(Buffer.from("PK\u0001\u0002\u0014\u0000"), head, tail, Buffer.from(name))
    at += 30 + name.length + packed.length
  }
  const directory = Buffer.concat(records)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), end])
}

/** A CHARX of many assets, stored or packed. */
function withAssets(count: number, content: (i: number) => Uint8Array, level: 0 | 6 = 0): Uint8Array {
  const assets = Array.from({ length: count }, (_, i) => ({
    type: "emotion",
    uri: `embeded://a${i}.png`,
    name: `a${i}`,
    ext: "png",
  }))
  const card = encode(
    JSON.stringify({
      spec: "chara_card_v3",
      spec_version: "3.0",
      data: { name: "x", description: "", first_mes: "", assets },
    }),
  )
  return zip(
    [["card.json", card], ...assets.map((one, i): [string, Uint8Array] => [`${one.name}.png`, content(i)])],
    level,
  )
}

/** Files made to use up time or memory. */
function harmful(seeds: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, () => Uint8Array>> {
  const bomb = Buffer.concat([Buffer.from("chara\0\0", "latin1"), deflateSync(Buffer.alloc(20 * 2 ** 20, 65))])
  const bombs = Array.from({ length: 500 }, () => chunk("zTXt", bomb))
  const many = Array.from({ length: 30_000 }, () => chunk("tEXt", Buffer.from("chara\0x", "latin1")))
  const asCard = (data: object) =>
    encode(
      JSON.stringify({
        spec: "chara_card_v3",
        spec_version: "3.0",
        data: { name: "x", description: "", first_mes: "", ...data },
      }),
    )
  const lore = (entries: readonly object[]) =>
    asCard({ character_book: { recursive_scanning: true, extensions: {}, entries } })
  const evil = [
    "(a+)+$",
    "^(a|a)*$",
    "(a*)*b",
    "([a-z]+)*!\\1",
    "(?:a+)+(?=b)c",
    "(.*)*\\1\\1x",
    "(?<=(a+)+)b",
    "((a{1,100}){1,100}){1,100}",
  ]
  return {
    "500 packed bombs.png": () => pngWith(seeds["v2.png"] as Uint8Array, bombs),
    "bombs alone.png": () => Buffer.concat([(seeds["v2.png"] as Uint8Array).subarray(0, 33), ...bombs]),
    "30,000 chunks.png": () => pngWith(seeds["v2.png"] as Uint8Array, many),
    "400,000 values.json": () => encode(`{"name":"x","extensions":[${big("1,", 399_000)}1]}`),
    "8 million values.json": () => encode(`{"name":"x","extensions":[${big("1,", 7_000_000)}1]}`),
    "15 MB text.json": () => asCard({ description: big("{{", 7_000_000) }),
    "macros.json": () => asCard({ mes_example: big("{{char}}: {{random:a,b}} {{ <START>\n", 300_000) }),
    "data address.json": () =>
      asCard({
        assets: [{ type: "icon", uri: `data:image/png;base64,${big(" ", 5_000_000)}!`, name: "main", ext: "png" }],
      }),
    "20,000 assets.json": () =>
      asCard({
        assets: Array.from({ length: 20_000 }, () => ({
          type: "icon",
          uri: "data:image/png;base64,AAAA",
          name: "a",
          ext: "png",
        })),
      }),
    "evil expressions.json": () =>
      lore(
        Array.from({ length: 2_000 }, (_, i) => ({
          keys: [evil[i % evil.length]],
          content: "aaaa",
          use_regex: true,
          enabled: true,
          insertion_order: i,
          extensions: {},
        })),
      ),
    "slash expressions.json": () =>
      lore(
        Array.from({ length: 2_000 }, (_, i) => ({
          keys: [`/${evil[i % evil.length]}${i}/`],
          content: "aaaa",
          enabled: true,
          insertion_order: i,
          extensions: {},
        })),
      ),
    "5,000 entries.json": () =>
      lore(
        Array.from({ length: 5_000 }, (_, i) => ({
          keys: [`key ${i}`, "灯", "a", "b"],
          content: `key ${i + 1} ${big("word ", 20)}`,
          enabled: true,
          insertion_order: i,
          extensions: { group: `g${i % 50}`, delay_until_recursion: i % 20 },
        })),
      ),
    "chain.json": () =>
      lore(
        Array.from({ length: 2_000 }, (_, i) => ({
          keys: [i === 0 ? "foggy" : `link ${i}.`],
          content: `link ${i + 1}.`,
          enabled: true,
          insertion_order: i,
          extensions: {},
        })),
      ),
    "long keys.json": () =>
      lore(
        Array.from({ length: 50 }, () => ({
          keys: [big("/a,", 50_000), big("\\", 100_000), `/${big("\\\\", 50_000)}/`],
          content: "x",
          enabled: true,
          insertion_order: 1,
          extensions: {},
        })),
      ),
    "key text.json": () => encode(JSON.stringify({ entries: { 0: { key: big("/a b,", 500_000), content: "x" } } })),
    "decorators.json": () =>
      lore([
        {
          keys: ["a"],
          content: big("@@depth 1\n@@@nothing\n", 200_000),
          enabled: true,
          insertion_order: 1,
          extensions: {},
        },
      ]),
    "deep.json": () => encode(`{"name":"x","extensions":${big('{"a":', 90)}1${big("}", 90)}}`),
    "lines.jsonl": () => encode(big('{"mes":"x"}\n', 190_000)),
    "wrong lines.jsonl": () => encode(big("{\n", 180_000)),
    "spaces.json": () => encode(`{${big(" ", 15_000_000)}`),
    "60 MB of assets.charx": () => withAssets(60, (i) => Buffer.alloc(2 ** 20, i)),
    "zip bomb.charx": () => withAssets(60, () => Buffer.alloc(31 * 2 ** 20), 6),
    "60 MB picture.png": () => pngWith(seeds["v3.png"] as Uint8Array, [chunk("IDAT", Buffer.alloc(60 * 2 ** 20, 7))]),
    "zeros.charx": () => Buffer.concat([Buffer.from("PK"), Buffer.alloc(60 * 2 ** 20)]),
  }
}

const seeds = makeSeeds()
const outcomes = new Map<string, number>()
let slowest = { name: "", milliseconds: 0 }

function run(name: string, bytes: Uint8Array): number {
  const start = process.cpuUsage()
  try {
    const outcome = useFile(bytes)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: crash`, error)
  }
  const { user, system } = process.cpuUsage(start)
  const milliseconds = Math.round((user + system) / 1000)
  if (milliseconds > slowest.milliseconds) slowest = { name, milliseconds }
  if (milliseconds > 2_000) {
    process.exitCode = 1
    console.error(`${name}: over 2 s`)
  }
  return milliseconds
}

const peak = (): number => {
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  if (megabytes > 500) process.exitCode = 1
  return megabytes
}

const [argument = "10000", only] = process.argv.slice(2)
if (only === undefined) {
  for (let i = 0; i < Number(argument); i++) {
    const { name, bytes } = mutate(seeds, i)
    run(`${i} ${name}`, bytes)
  }
  console.log(
    `${argument} damaged files: slowest ${slowest.name} ${slowest.milliseconds} ms, peak of memory ${peak()} MB`,
  )
  console.table(Object.fromEntries([...outcomes].toSorted(([, a], [, b]) => b - a)))
  for (const name of Object.keys(harmful(seeds))) {
    const child = spawnSync(process.execPath, ["--conditions=source", fileURLToPath(import.meta.url), "0", name], {
      stdio: "inherit",
    })
    if (child.status !== 0) process.exitCode = 1
  }
} else {
  const bytes = harmful(seeds)[only]?.() ?? new Uint8Array(0)
  const before = peak()
  const milliseconds = run(only, bytes)
  console.log(
    `${only}: ${(bytes.length / 2 ** 20).toFixed(1)} MB, ${milliseconds} ms, ${[...outcomes.keys()].join()}, memory ${before} → ${peak()} MB`,
  )
}
