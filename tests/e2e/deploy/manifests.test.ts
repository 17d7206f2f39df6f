/** The deployment files against their schemas: what a cluster or a compose command would refuse fails here. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv2019 } from "ajv/dist/2019.js"
import { expect, test } from "vitest"
import { parse, parseAllDocuments } from "yaml"

const root = join(import.meta.dirname, "../../..")

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** The model of a kind, with the API server's own schema. */
const modelOf = async ({ apiVersion, kind }: Manifest) => {
  const models = await import(/* @vite-ignore */ `kubernetes-models/${apiVersion}`) as
    Readonly<Record<string, new (data: unknown) => { validate(): void }>>
  const Model = models[kind]
  if (Model === undefined) throw new Error(`No schema of ${apiVersion} ${kind}`)
  return Model
}

const manifests = globSync("deploy/kubernetes/*.yaml", { cwd: root }).toSorted().flatMap((file) =>
  parseAllDocuments(readFileSync(join(root, file), "utf8")).map((document) => ({ file, manifest: document.toJS() as Manifest })))

test.each(manifests.map(({ file, manifest }) => [`${file}: ${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
  "%s is what Kubernetes takes", async (_, manifest) => {
    const Model = await modelOf(manifest)
    expect(() => new Model(manifest).validate()).not.toThrow()
  })

test("the check of manifests finds a mistake", async () => {
  const broken = { ...manifests.find(({ manifest }) => manifest.kind === "Deployment")?.manifest, spec: { replicas: "two" } } as unknown as Manifest
  const Model = await modelOf(broken)
  expect(() => new Model(broken).validate()).toThrow(/replicas|spec/u)
})

test("the compose file keeps the Compose Specification", () => {
  // Draft 2019-09 with `id` for `$id`, as that schema was published.
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "compose-spec.json"), "utf8").replaceAll('"id": "#', '"$comment": "#')
    .replace('"id": "compose_spec.json"', '"$id": "compose_spec.json"').replace("http://json-schema.org/draft/2019-09/schema#", "https://json-schema.org/draft/2019-09/schema")) as object
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
  const compose = parse(readFileSync(join(root, "deploy/compose.yaml"), "utf8")) as { readonly services: object }
  validate(compose)
  expect(validate.errors).toBe(null)
  expect(validate({ ...compose, services: { gateway: { ports: "7777" } } })).toBe(false)
})
