/**
 * Keys in one file apart from the store, so that backups of the store do not hold them. The file is a row of slots of
 * 64 bytes: id (16), key (32), CRC-32 of both (4), zeros (12). A slot never crosses a sector of 512 bytes, so it is
 * written whole or not at all. A key is destroyed by overwriting its slot with zeros, in place and synced; a slot that
 * does not verify counts as empty. One process at a time.
 */
import { mkdir, open } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { asDiskError, syncFolder } from "@daydream/engine/artifact"
import { lockHolder, tryLock } from "@daydream/engine/lock"
import { errors } from "./errors.ts"
import type { MemoryVault } from "./vault.ts"

const slotBytes = 64

/** A vault that holds its folder until closed. */
export interface FolderVault extends MemoryVault, AsyncDisposable {
  close(): Promise<void>
}

type SlotWrite = readonly [slot: number, bytes: Buffer]

const idBytes = (keyId: string) => Buffer.from(keyId.replaceAll("-", ""), "hex")

const idText = (bytes: Buffer) =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5")

function encodeSlot(keyId: string, key: Uint8Array): Buffer {
  const slot = Buffer.alloc(slotBytes)
  idBytes(keyId).copy(slot)
  slot.set(key, 16)
  slot.writeUInt32LE(crc32(slot.subarray(0, 48)), 48)
  return slot
}

/** The id and the key, or undefined where the slot is empty. */
function decodeSlot(slot: Buffer): { keyId: string; key: Buffer } | undefined {
  if (slot.length < slotBytes || slot.subarray(0, 48).every((byte) => byte === 0)) return undefined
  if (slot.readUInt32LE(48) !== crc32(slot.subarray(0, 48))) return undefined
  return { keyId: idText(slot.subarray(0, 16)), key: Buffer.from(slot.subarray(16, 48)) }
}

async function openFile(path: string): Promise<FileHandle> {
  // "r+" does not make the file, "a+" cannot overwrite.
  const handle = await open(path, "a", 0o600)
  await handle.close()
  return open(path, "r+")
}

/** Opens or makes the vault in `folder`. Throws `memory_vault_in_use` where another process has it. */
export async function openFolderVault(folder: string): Promise<FolderVault> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lockPath = join(folder, "lock")
  const lock = tryLock(lockPath)
  if (lock === undefined) throw errors.memory_vault_in_use({ folder, process: lockHolder(lockPath) })
  const path = join(folder, "keys")
  const file = await openFile(path)
  await syncFolder(folder)
  const content = await file.readFile()
  const keys = new Map<string, { readonly slot: number; readonly key: Buffer }>()
  const free: number[] = []
  let slots = Math.ceil(content.length / slotBytes)
  for (let slot = 0; slot < slots; slot++) {
    const found = decodeSlot(content.subarray(slot * slotBytes, (slot + 1) * slotBytes))
    if (found === undefined) free.push(slot)
    else keys.set(found.keyId, { slot, key: found.key })
  }
  content.fill(0)

  let last: Promise<unknown> = Promise.resolve()
  const writeAfter = async (before: Promise<unknown>, entries: () => readonly SlotWrite[]) => {
    await before
    const due = entries()
    try {
      for (const [slot, bytes] of due) await file.write(bytes, 0, slotBytes, slot * slotBytes)
      if (due.length > 0) await file.datasync()
    } catch (error) {
      throw asDiskError(error, path)
    }
  }
  /** One write after the other, synced before it resolves. */
  const write = (entries: () => readonly SlotWrite[]): Promise<void> => {
    const next = writeAfter(last, entries)
    last = next.catch(() => undefined)
    return next
  }
  const close = async () => {
    await last
    await file.close()
    lock.release()
  }
  return {
    joinsTransaction: false,
    keep: (added) => write(() => [...added].map(([keyId, key]) => {
      const slot = keys.get(keyId)?.slot ?? free.pop() ?? slots++
      keys.set(keyId, { slot, key: Buffer.from(key) })
      return [slot, encodeSlot(keyId, key)] as const
    })),
    read: async (keyIds) => new Map(keyIds.flatMap((keyId) => {
      const found = keys.get(keyId)
      return found === undefined ? [] : [[keyId, Buffer.from(found.key)] as const]
    })),
    destroy: async (keyIds) => {
      const emptied: { readonly keyId: string; readonly slot: number; readonly key: Buffer }[] = []
      await write(() => {
        for (const keyId of new Set(keyIds)) {
          const found = keys.get(keyId)
          if (found !== undefined) emptied.push({ keyId, ...found })
        }
        return emptied.map(({ slot }) => [slot, Buffer.alloc(slotBytes)] as const)
      })
      for (const { keyId, slot, key } of emptied) {
        key.fill(0)
        keys.delete(keyId)
        free.push(slot)
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
