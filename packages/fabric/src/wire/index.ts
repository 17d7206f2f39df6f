export type { AnswerFacts, Encode, ParseCall, StreamRelay, TranslateAnswer } from "./wire.ts"
