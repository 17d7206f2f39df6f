import { expect, test } from "vitest"
import { generateConversation } from "./memory-conversations.ts"
import { parseEvidence, parseSessionTime, readLocomo } from "./memory-locomo.ts"
import { ask, bySum, recallAtTen } from "./memory-methods.ts"
import { defaultWeights } from "@daydream/dream/memory"

const file = JSON.stringify([{
  sample_id: "tiny",
  conversation: {
    speaker_a: "Rosa", speaker_b: "Emil",
    session_2_date_time: "12:05 am on 2 March, 2024",
    session_2: [{ speaker: "Rosa", dia_id: "D2:1", text: "The kiln cracked last night." }],
    session_1_date_time: "1:56 pm on 1 March, 2024",
    session_1: [
      { speaker: "Emil", dia_id: "D1:1", text: "I planted tomatoes.", img_url: ["x"], blip_caption: "a photo of a garden" },
      { speaker: "Rosa", dia_id: "D1:2", text: "Lovely." },
    ],
    session_3_date_time: "9:00 am on 3 March, 2024",
    session_3: [],
  },
  qa: [
    { question: "What did Emil plant?", answer: "tomatoes", evidence: ["D1:1"], category: 4 },
    { question: "What broke at Rosa's?", answer: "the kiln", evidence: ["D2:01; D1:2"], category: 1 },
    { question: "Who is the mayor?", evidence: [], category: 5, adversarial_answer: "nobody" },
    { question: "What is nowhere?", answer: "-", evidence: ["D9:9"], category: 2 },
  ],
}])

test("sessions are read in their order, with times, captions and questions; what has no evidence is counted", async () => {
  const { conversations, withoutEvidence } = readLocomo(file)
  const [conversation] = conversations
  expect(withoutEvidence).toBe(2)
  expect(conversation?.turns).toEqual([
    { id: "D1:1", speaker: "Emil", text: "I planted tomatoes. [a photo of a garden]", at: Date.UTC(2024, 2, 1, 13, 56) / 1000 },
    { id: "D1:2", speaker: "Rosa", text: "Lovely.", at: Date.UTC(2024, 2, 1, 13, 56, 30) / 1000 },
    { id: "D2:1", speaker: "Rosa", text: "The kiln cracked last night.", at: Date.UTC(2024, 2, 2, 0, 5) / 1000 },
  ])
  expect(conversation?.questions).toEqual([
    { text: "What did Emil plant?", kind: "category 4", evidence: ["D1:1"] },
    { text: "What broke at Rosa's?", kind: "category 1", evidence: ["D2:1", "D1:2"] },
  ])
  const asked = conversation === undefined ? [] : await ask(conversation, undefined, false)
  expect(recallAtTen(asked, bySum(defaultWeights))).toBe(1)
})

test("evidence and times are read as they are written", () => {
  expect(parseEvidence("D8:6; D9:17")).toEqual(["D8:6", "D9:17"])
  expect(parseEvidence("D:11:26")).toEqual(["D11:26"])
  expect(parseEvidence("D30:05")).toEqual(["D30:5"])
  expect(parseSessionTime("12:30 pm on 8 May, 2023")).toBe(Date.UTC(2023, 4, 8, 12, 30) / 1000)
  expect(parseSessionTime("yesterday")).toBeUndefined()
})

test("the same seed generates the same conversation, another a different one, and all evidence is there", () => {
  for (const language of ["en", "zh"] as const) {
    const options = { language, set: "report" as const, turns: 300 }
    const one = generateConversation({ ...options, seed: "1" })
    expect(generateConversation({ ...options, seed: "1" })).toEqual(one)
    expect(generateConversation({ ...options, seed: "2" })).not.toEqual(one)
    const ids = new Set(one.turns.map((turn) => turn.id))
    expect(one.questions.length).toBeGreaterThan(30)
    for (const question of one.questions) for (const id of question.evidence) expect(ids.has(id)).toBe(true)
  }
})

test("in what changed, the evidence is what was said last", () => {
  const { turns, questions } = generateConversation({ language: "en", set: "tune", seed: "3", turns: 300 })
  const changing = questions.filter((question) => question.kind === "changing")
  expect(changing.length).toBeGreaterThan(5)
  for (const question of changing) expect(question.evidence).toHaveLength(1)
  expect(turns.every((turn, index) => index === 0 || turn.at >= (turns[index - 1]?.at ?? 0))).toBe(true)
})
