/** Addresses of pools are looked at when they are set, not only when they are called: whoever mistypes one learns it at once. */
import { readConfigurationFile } from "../configuration/index.ts"
import { checkAddress } from "../upstream/index.ts"

/** Throws `upstream_address_refused` for one that would never be called. Names are resolved only at the call. */
export function checkAddresses(addresses: readonly string[], allowedNetworks: readonly string[]): void {
  for (const address of addresses) if (URL.canParse(address)) checkAddress(address, allowedNetworks)
}

/** The same for a file, under the networks that it sets, else under those that are set. */
export async function checkFileAddresses(text: string, networksNow: () => Promise<readonly string[]>): Promise<void> {
  const { pools, networks } = readConfigurationFile(text)
  if (pools === undefined) return
  const allowed = networks ?? await networksNow()
  for (const pool of pools.values()) checkAddresses(pool.addresses, allowed)
}
