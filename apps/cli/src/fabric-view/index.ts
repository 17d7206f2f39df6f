export { showEntries, showEntry } from "./entries.ts"
export { showAlerts, showAudit, showKeys, showPools, showPrices, showRoutes, showTenants, showUsage } from "./lists.ts"
export { amountOf, changeOf, moneyText } from "./money.ts"
