// A program that opens a small key file, makes a backup of it, and has workers open that.

import { RecoveryKey, encryptSessions, init, openKeyFile } from "keyhaven";

import { FILE, PASSPHRASE } from "./file.js";

await init();
const { sessions, skipped } = await openKeyFile(FILE, PASSPHRASE);
const key = RecoveryKey.generate();
let opened = 0;
for await (const rooms of encryptSessions(key, sessions)) {
  for await (const read of key.decryptSessions(rooms, { workers: 2 })) opened += read.sessions.length;
}
console.log(`opened ${opened}, left out ${skipped.length}`);
