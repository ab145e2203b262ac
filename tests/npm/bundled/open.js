// A program that opens a small key file, for bundlers that take files along which `new URL(…, import.meta.url)` names.

import { init, openKeyFile } from "keyhaven/restore";

import { FILE, PASSPHRASE } from "./file.js";

await init();
const { sessions, skipped } = await openKeyFile(FILE, PASSPHRASE);
console.log(`opened ${sessions.length}, left out ${skipped.length}`);
