export { showAudit, showKeys, showPools, showPrices, showRoutes, showTenants, showUsage } from "./lists.ts"
export { amountOf, moneyText } from "./money.ts"
