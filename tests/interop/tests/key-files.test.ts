// Key files: what one writes, the other opens.
import assert from "node:assert/strict";
import { test } from "node:test";

import { init, openKeyFile, readKeyFile, sealKeyFile, type ExportedSession } from "keyhaven";

import { freshSession, freshSessions, machine, sdk, sorted } from "./peers.js";

await init();

const PASSPHRASES = ["walrus kettle orbit plum", "Zürich, naïve café", "пароль 🔑", " spaces around ", "x".repeat(300)];
const ROUNDS = 100_000;

for (const passphrase of PASSPHRASES) {
  test(`matrix-sdk-crypto-wasm seals, keyhaven opens: ${passphrase.slice(0, 20)}`, async () => {
    const sessions = freshSessions(7);
    const file = sdk.OlmMachine.encryptExportedRoomKeys(JSON.stringify(sessions), passphrase, ROUNDS);
    const opened = await openKeyFile(file, passphrase);
    assert.deepEqual(opened, { sessions, skipped: [], rounds: ROUNDS, asTyped: true });
  });

  test(`keyhaven seals, matrix-sdk-crypto-wasm opens: ${passphrase.slice(0, 20)}`, async () => {
    const sessions = freshSessions(7);
    const file = new TextDecoder().decode(await sealKeyFile(sessions, passphrase, { rounds: ROUNDS }));
    const opened = JSON.parse(sdk.OlmMachine.decryptExportedRoomKeys(file, passphrase)) as ExportedSession[];
    assert.deepEqual(opened.map(namesOfPeer), sessions.map(namesOfPeer));
  });
}

test("a store of matrix-sdk-crypto-wasm goes through our file into another store, whole", async () => {
  const sessions = freshSessions(40);
  const [old, replacement] = [await machine(), await machine()];
  await old.importExportedRoomKeys(JSON.stringify(sessions), () => {});
  const theirs = sdk.OlmMachine.encryptExportedRoomKeys(await old.exportRoomKeys(() => true), PASSPHRASES[0]!, ROUNDS);
  const opened = await openKeyFile(theirs, PASSPHRASES[0]!);
  assert.deepEqual(opened.skipped, []);
  const ours = new TextDecoder().decode(await sealKeyFile(opened.sessions, PASSPHRASES[1]!, { rounds: ROUNDS }));
  const imported = await replacement.importExportedRoomKeys(sdk.OlmMachine.decryptExportedRoomKeys(ours, PASSPHRASES[1]!), () => {});
  assert.deepEqual([imported.importedCount, imported.totalCount], [40, 40]);
  const restored = JSON.parse(await replacement.exportRoomKeys(() => true)) as ExportedSession[];
  assert.deepEqual(sorted(restored).map(keyOf), sorted(sessions).map(keyOf));
  old.close();
  replacement.close();
});

test("a session that may be shared with new members keeps that mark on the way there and back", async () => {
  const shared = { ...freshSession(), "m.shared_history": true as const };
  const file = new TextDecoder().decode(await sealKeyFile([shared], PASSPHRASES[0]!, { rounds: ROUNDS }));
  const theirs = sdk.OlmMachine.decryptExportedRoomKeys(file, PASSPHRASES[0]!);
  const back = sdk.OlmMachine.encryptExportedRoomKeys(theirs, PASSPHRASES[0]!, ROUNDS);
  const [session] = (await openKeyFile(back, PASSPHRASES[0]!)).sessions;
  assert.equal(session?.["m.shared_history"], true);
});

test("the stream gives what opening whole gives", async () => {
  const sessions = freshSessions(300);
  const file = sdk.OlmMachine.encryptExportedRoomKeys(JSON.stringify(sessions), PASSPHRASES[0]!, ROUNDS);
  const read: ExportedSession[] = [];
  for await (const batch of readKeyFile(new Blob([file]), PASSPHRASES[0]!)) {
    assert.deepEqual(batch.skipped, []);
    read.push(...batch.sessions);
  }
  assert.deepEqual(read, sessions);
});

test("both refuse a changed byte", async () => {
  const file = sdk.OlmMachine.encryptExportedRoomKeys(JSON.stringify(freshSessions(2)), PASSPHRASES[0]!, ROUNDS);
  const at = file.length >> 1;
  const changed = file.slice(0, at) + (file[at] === "A" ? "B" : "A") + file.slice(at + 1);
  assert.throws(() => sdk.OlmMachine.decryptExportedRoomKeys(changed, PASSPHRASES[0]!));
  await assert.rejects(openKeyFile(changed, PASSPHRASES[0]!), { code: "wrong-passphrase-or-damaged" });
});

/** What both have: the peer writes every field, we leave out those that say nothing. */
function namesOfPeer(session: ExportedSession): unknown {
  const { algorithm, room_id, session_id, session_key, sender_key, sender_claimed_keys, forwarding_curve25519_key_chain } = session;
  return { algorithm, room_id, session_id, session_key, sender_key, sender_claimed_keys, forwarding_curve25519_key_chain };
}

function keyOf({ room_id, session_id, session_key }: ExportedSession): unknown {
  return { room_id, session_id, session_key };
}
