// The same for bundlers that take no files along.

import { RecoveryKey, encryptSessions, init, openKeyFile } from "keyhaven/inline";

import { FILE, PASSPHRASE } from "./file.js";

await init();
const { sessions, skipped } = await openKeyFile(FILE, PASSPHRASE);
const key = RecoveryKey.generate();
let opened = 0;
for await (const rooms of encryptSessions(key, sessions)) {
  for await (const read of key.decryptSessions(rooms, { workers: 2 })) opened += read.sessions.length;
}
console.log(`opened ${opened}, left out ${skipped.length}`);
