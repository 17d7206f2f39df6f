/** An amount of money in billionths of the currency's unit (1 USD = 1_000_000_000n). Never a float. */
export type Nano = bigint
