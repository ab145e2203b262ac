// The same for bundlers that do neither.

import { init, openKeyFile } from "keyhaven/inline";

import { FILE, PASSPHRASE } from "./file.js";

await init();
const { sessions, skipped } = await openKeyFile(FILE, PASSPHRASE);
console.log(`opened ${sessions.length}, left out ${skipped.length}`);
