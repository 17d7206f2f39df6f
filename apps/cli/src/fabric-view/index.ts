export { showEntries, showEntry } from "./entries.ts"
export { showAlerts, showAudit, showHealth, showKeys, showPools, showPrices, showRoutes, showTenants, showUsage } from "./lists.ts"
export { amountOf, changeOf, moneyText } from "./money.ts"
