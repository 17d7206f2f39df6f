import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { expect, test } from "vitest"
import { zipOf } from "./wheel.test.support.ts"
import { openMember } from "./zip.ts"

test("a member comes out as it went in, compressed or stored, and a missing one is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "daydream-zip-"))
  const bytes = Buffer.from("daydream ".repeat(20_000))
  for (const compress of [true, false]) {
    const path = join(folder, `${compress}.whl`)
    await writeFile(path, zipOf("a/b.bin", bytes, compress))
    expect(await buffer(await openMember(path, "a/b.bin"))).toEqual(bytes)
    await expect(openMember(path, "a/c.bin")).rejects.toThrow("a/c.bin")
  }
  await writeFile(join(folder, "none"), "nothing")
  await expect(openMember(join(folder, "none"), "a")).rejects.toThrow("ZIP")
  await rm(folder, { recursive: true })
})
