/** Where a text that reaches a person comes from; labels, safety and metering derive from it. */
export type Origin = "authored" | "selected" | "reworded" | "generated" | "fallback"
