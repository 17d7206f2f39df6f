/** What every store must do, whichever PostgreSQL is behind it. Call from a test file with a way to open one. */
import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Store } from "../storage/index.ts"

/** Opens the same store each time; every call is one more user of it. */
export interface StoreUnderTest {
  readonly name: string
  readonly open: () => Promise<Store>
}

export function storeContract({ name, open }: StoreUnderTest): void {
  describe(`a store: ${name}`, () => {
    let store: Store
    const schema = `contract_${randomUUID().replaceAll("-", "")}`
    const steps = [
      { name: "first", sql: "create table note (id int primary key, text text not null)" },
      { name: "second", sql: "alter table note add column seen boolean not null default false" },
    ]
    beforeAll(async () => {
      store = await open()
    })
    afterAll(async () => {
      await store.query(`drop schema if exists ${schema} cascade`)
      await store.query("delete from daydream.migration where schema = $1", [schema])
      await store.close()
    })

    test("migrations are applied once, in order, also when two processes apply them at once", async () => {
      expect(await store.migrate(schema, steps.slice(0, 1))).toBe(1)
      const second = await open()
      const applied = await Promise.all([store.migrate(schema, steps), second.migrate(schema, steps)])
      expect(applied.toSorted((a, b) => a - b)).toEqual([0, 1])
      await second.close()
    })

    test("a migration that fails leaves nothing behind", async () => {
      const broken = [...steps, { name: "broken", sql: "create table half (id int); select 1/0" }]
      await expect(store.migrate(schema, broken)).rejects.toThrow("division by zero")
      expect(await store.query("select to_regclass($1) as half", [`${schema}.half`])).toEqual([{ half: null }])
      expect(await store.migrate(schema, steps)).toBe(0)
    })

    test("a database that is newer than the program is refused", async () => {
      await expect(store.migrate(schema, steps.slice(0, 1))).rejects.toMatchObject({ code: "store_newer" })
    })

    test("a migration that was changed after its release is refused", async () => {
      const changed = [{ name: "first", sql: "create table other (id int)" }, ...steps.slice(1)]
      await expect(store.migrate(schema, changed)).rejects.toMatchObject({ code: "store_migration_changed" })
    })

    test("a typed database writes and reads the tables of its schema", async () => {
      const database = store.database<{ note: { id: number; text: string; seen: boolean } }>(schema)
      await database.insertInto("note").values({ id: 1, text: "你好", seen: true }).execute()
      expect(await database.selectFrom("note").selectAll().execute()).toEqual([{ id: 1, text: "你好", seen: true }])
    })

    test("a transaction that throws leaves no row", async () => {
      const insert = store.transaction(async (client) => {
        await client.query(`insert into ${schema}.note (id, text) values (2, 'gone')`)
        throw new Error("stop")
      })
      await expect(insert).rejects.toThrow("stop")
      expect(await store.query(`select id from ${schema}.note where id = 2`)).toEqual([])
    })

    test("what one user committed the next one sees", async () => {
      await store.transaction((client) => client.query(`insert into ${schema}.note (id, text) values (3, 'kept')`))
      const second = await open()
      expect(await second.query(`select text from ${schema}.note where id = 3`)).toEqual([{ text: "kept" }])
      await second.close()
    })

    test("a claimed name is refused to others until it is released", async () => {
      const second = await open()
      const release = await store.claim(schema)
      await expect(second.claim(schema)).rejects.toMatchObject({ code: "store_in_use" })
      await release()
      const again = await second.claim(schema)
      await again()
      await second.close()
    })
  })
}
