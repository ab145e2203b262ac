// The same for bundlers that can take a file into the script.

import { init, openKeyFile } from "keyhaven/restore";
import bytes from "keyhaven/restore.wasm";

import { FILE, PASSPHRASE } from "./file.js";

await init({ bytes });
const { sessions, skipped } = await openKeyFile(FILE, PASSPHRASE);
console.log(`opened ${sessions.length}, left out ${skipped.length}`);
