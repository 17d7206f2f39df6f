export { cardFolderErrors } from "./errors.ts"
export { folderFor, readCardFolder, readPath, writeCardFolder } from "./folder.ts"
export { printLost, printRead, readDocument, texts } from "./view.ts"
