export { editJson } from "./edit.ts"
export type { JsonEdit } from "./edit.ts"
export { isObject, memberOf, parseJson, valueOf } from "./node.ts"
export type { JsonDocument, JsonNode, JsonObject, JsonPrimitive, JsonValue } from "./node.ts"
