/** Version of the program that made a plan; recorded in certificates. A test holds it to package.json. */
export const version = "0.1.0"

export const madeBy = `daydream ${version}`
