// Entries of a room key backup: what one seals, the other opens.
import assert from "node:assert/strict";
import { test } from "node:test";

import { encryptSession, encryptSessions, init, RecoveryKey, type BackupRooms, type ExportedSession } from "keyhaven";

import { freshSession, freshSessions, machine, olm, ROOMS, sdk, sorted } from "./peers.js";

await init();

/** A key of ours, and the same in the hands of both peers. */
function keys(): { ours: RecoveryKey; theirs: sdk.BackupDecryptionKey; libolm: InstanceType<typeof olm.PkDecryption>; publicKey: string } {
  const theirs = sdk.BackupDecryptionKey.createRandomKey();
  const ours = RecoveryKey.fromSecret(new TextEncoder().encode(theirs.toBase64()));
  const libolm = new olm.PkDecryption();
  const publicKey = libolm.init_with_private_key(Buffer.from(theirs.toBase64(), "base64"));
  assert.equal(publicKey, theirs.megolmV1PublicKey.publicKeyBase64);
  assert.equal(publicKey, ours.publicKey);
  return { ours, theirs, libolm, publicKey };
}

/** What is sealed in an entry: where it belongs is said beside it. */
function payload(session: ExportedSession): string {
  const { room_id: _room, session_id: _id, ...inside } = session;
  return JSON.stringify(inside);
}

const entryOf = (session_data: { ephemeral: string; ciphertext: string; mac: string }) =>
  ({ first_message_index: 0, forwarded_count: 0, is_verified: false, session_data });
const placeOf = ({ room_id, session_id }: ExportedSession) => ({ roomId: room_id, sessionId: session_id });

test("libolm seals, keyhaven opens", () => {
  const { ours, publicKey } = keys();
  const writer = new olm.PkEncryption();
  writer.set_recipient_key(publicKey);
  for (const session of freshSessions(20)) {
    const { ephemeral, ciphertext, mac } = writer.encrypt(payload(session));
    const opened = ours.decryptSession(entryOf({ ephemeral, ciphertext, mac }), placeOf(session));
    assert.deepEqual(opened, { session, authenticity: "none" });
  }
});

test("matrix-sdk-crypto-wasm seals, keyhaven opens", () => {
  const { ours, publicKey } = keys();
  const writer = sdk.PkEncryption.fromKey(new sdk.Curve25519PublicKey(publicKey));
  for (const session of freshSessions(20)) {
    const message = writer.encryptString(payload(session)).toBase64();
    const { ephemeralKey: ephemeral, ciphertext, mac } = message;
    const opened = ours.decryptSession(entryOf({ ephemeral, ciphertext, mac }), placeOf(session));
    assert.deepEqual(opened, { session, authenticity: "none" });
  }
});

test("keyhaven seals, one by one and many at once, both open, with our tag and without", async () => {
  const { ours, theirs, libolm, publicKey } = keys();
  const sessions = freshSessions(40);
  const entries = sessions.slice(0, 20).map((session, at) => encryptSession(at % 2 === 0 ? publicKey : ours, session));
  for (const [to, some] of [[publicKey, sessions.slice(20, 30)], [ours, sessions.slice(30)]] as const) {
    for await (const rooms of encryptSessions(to, some)) {
      for (const { room_id, session_id } of some) entries.push(rooms[room_id]!.sessions[session_id]!);
    }
  }
  for (const [at, session] of sessions.entries()) {
    const { ephemeral, ciphertext, mac } = entries[at]!.session_data;
    const expected = JSON.parse(payload(session)) as Record<string, unknown>;
    for (const text of [theirs.decryptV1(ephemeral, mac, ciphertext), libolm.decrypt(ephemeral, mac, ciphertext)]) {
      const opened = JSON.parse(text) as Record<string, unknown>;
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(opened[field], value, field);
    }
  }
});

test("the backup of a whole store of matrix-sdk-crypto-wasm opens, every session of it", async () => {
  const { ours, theirs } = keys();
  const sessions = freshSessions(250);
  const store = await machine();
  await store.importExportedRoomKeys(JSON.stringify(sessions), () => {});
  await store.enableBackupV1(theirs.megolmV1PublicKey.publicKeyBase64, "1");
  const opened: ExportedSession[] = [];
  let requests = 0;
  for (let request = await store.backupRoomKeys(); request != null; request = await store.backupRoomKeys()) {
    requests += 1;
    const { rooms } = JSON.parse(request.body) as { rooms: BackupRooms };
    for await (const { sessions: batch, failed } of ours.decryptSessions(rooms)) {
      assert.deepEqual(failed, []);
      opened.push(...batch.map(({ session }) => session));
    }
    await store.markRequestAsSent(request.id, request.type, '{"etag":"1","count":1}');
  }
  assert.ok(requests > 1, "in several requests");
  const key = ({ room_id, session_id, session_key }: ExportedSession) => ({ room_id, session_id, session_key });
  assert.deepEqual(sorted(opened).map(key), sorted(sessions).map(key));
  store.close();
});

test("one entry that another key sealed is named, and all others open", async () => {
  const { ours, publicKey } = keys();
  const foreign = keys();
  const sessions = Array.from({ length: 30 }, () => freshSession(ROOMS[0]));
  const entries = sessions.map((session, at) => [session.session_id, encryptSession(at === 11 ? foreign.publicKey : publicKey, session)]);
  const rooms = { [ROOMS[0]]: { sessions: Object.fromEntries(entries) as Record<string, ReturnType<typeof encryptSession>> } };
  const [opened, failed] = [[] as unknown[], [] as unknown[]];
  for await (const batch of ours.decryptSessions(rooms)) {
    opened.push(...batch.sessions);
    failed.push(...batch.failed);
  }
  assert.equal(opened.length, 29);
  assert.deepEqual(failed, [{ roomId: ROOMS[0], sessionId: sessions[11]?.session_id, reason: "other-key" }]);
});

test("a key that a peer refuses to agree with is refused here too", () => {
  const { ours, theirs } = keys();
  const session_data = { ephemeral: "A".repeat(43), ciphertext: "A".repeat(43), mac: "AAAAAAAAAAA" };
  assert.throws(() => theirs.decryptV1(session_data.ephemeral, session_data.mac, session_data.ciphertext));
  assert.throws(() => ours.decryptSession(entryOf(session_data), { roomId: ROOMS[0], sessionId: "x" }), { code: "entry-not-opened" });
});
