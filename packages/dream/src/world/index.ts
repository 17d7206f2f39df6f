export { advance } from "./advance.ts"
export type { Advance } from "./advance.ts"
export { readCondition, readEffects } from "./authored.ts"
export type { ReadOptions } from "./authored.ts"
export { canonicalJson, hashOf } from "./canonical.ts"
export { parseWorld } from "./compile.ts"
export type { ParsedWorld } from "./compile.ts"
export { holds, relationOf } from "./condition.ts"
export type { Bindings, Comparison, Condition } from "./condition.ts"
export { builtinMoves, charactersOf, isValueOf, sentencesOf, thingsOf } from "./definition.ts"
export type {
  ArgumentDefinition,
  BuiltinMove,
  CharacterDefinition,
  EntityDefinition,
  Exit,
  FactDefinition,
  MoveDefinition,
  PlaceDefinition,
  RelationDefinition,
  RuleDefinition,
  TellingRule,
  TextLists,
  Texts,
  ThingDefinition,
  Value,
  ValueTexts,
  WorldDefinition,
} from "./definition.ts"
export {
  conditionSchema,
  durationSchema,
  effectsSchema,
  idSchema,
  textListsSchema,
  textSchema,
  valueSchema,
  worldJsonSchema,
} from "./document.ts"
export type { AuthoredCondition, AuthoredEffect, AuthoredLists, AuthoredText, WorldDocument } from "./document.ts"
export type { Effect } from "./effect.ts"
export { describeProblems, worldErrors } from "./errors.ts"
export { readEvent } from "./event.ts"
export type { SaidEvent, WorldEvent } from "./event.ts"
export { readInput, readProposal } from "./input.ts"
export type { Input, Proposal, Speech } from "./input.ts"
export { findBreaches } from "./invariants.ts"
export {
  append,
  createWorld,
  entriesOf,
  readEntry,
  readJournal,
  replay,
  rewind,
  stateHash,
  writeEntry,
  writeJournal,
} from "./journal.ts"
export type { Entry, Journal, RecordedEntry, World } from "./journal.ts"
export { believes, isAcquainted, knowledgeOf, rankOf } from "./knowledge.ts"
export { detectClaims, readMeanings } from "./lexicon.ts"
export type { Claim, HeardClaim, Meaning } from "./lexicon.ts"
export { requireWorld } from "./load.ts"
export { freeAt, legalMoves } from "./moves.ts"
export type { LegalMove } from "./moves.ts"
export type { Arguments } from "./actor.ts"
export { normalise } from "./normalise.ts"
export type { Normalised } from "./normalise.ts"
export { indexPhrases } from "./phrases.ts"
export type { Hit, Phrase, PhraseIndex } from "./phrases.ts"
export { holderOf, placeOf, seenCharacters, seenThings, sees } from "./place.ts"
export { actorBindings } from "./compile-entities.ts"
export { createNames, vocabularyOfDefinition } from "./names-of-world.ts"
export type { Names } from "./names-of-world.ts"
export { keysOf } from "./issues.ts"
export { nearest } from "./problem.ts"
export type { AuthoredProblem, WorldProblem } from "./problem.ts"
export { applyEvent, reduce } from "./reduce.ts"
export type { Step } from "./reduce.ts"
export type { Refusal, RefusalCode } from "./refusal.ts"
export { readYamlFile } from "./yaml-file.ts"
export type { Path, Reporter, WorldFile, YamlFile } from "./yaml-file.ts"
export { findSelfClaims } from "./self-claims.ts"
export { checkSpeech } from "./speech.ts"
export type { Finding, FindingKind } from "./speech.ts"
export { initialState } from "./state.ts"
export type { FactPeriod, Knowledge, Source, WorldState } from "./state.ts"
export { formatTime, parseDuration, parseTime } from "./story-time.ts"
export { maySpeakOf, tellingObstacle } from "./telling.ts"
export type { TellingObstacle } from "./telling.ts"
export { factHistory } from "./fact-history.ts"
export type { FactSpan } from "./fact-history.ts"
