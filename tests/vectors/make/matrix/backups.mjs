import { counting, hex } from "../primitives.mjs";
import { PUBLISHED, base64, canonical, canonicalJson, openEntry, publicOf, sealEntry, session, unbase64 } from "./formats.mjs";

const PRIVATE = counting(32, 3);
const EPHEMERAL = counting(32, 77);
const SESSION = session(12);
const ROOM = SESSION.room_id;
const ID = SESSION.session_id;
const { room_id: _room, session_id: _id, ...BARE } = SESSION;

export function backupCases() {
  const of = (data) => ({ first_message_index: 12, forwarded_count: 0, is_verified: false, session_data: data });
  const input = (entry, { privateKey = PRIVATE, room = ROOM, id = ID } = {}) => ({
    private_key: base64(privateKey),
    room_id: room,
    session_id: id,
    entry,
  });
  const open = (name, data, authenticity, { opened = SESSION, ...place } = {}) => ({
    name,
    op: "matrix.backup.open",
    input: input(of(data), place),
    output: { session: canonical(opened), authenticity },
  });
  const refused = (name, data, error, place) => ({ name, op: "matrix.backup.open", input: input(of(data), place), error: typeof error === "string" ? { name: error } : error });
  const seal = (name, keys, imported) => {
    const value = canonical(SESSION);
    const text = canonicalJson(imported ? { ...value, unauthenticated: true } : value);
    const data = sealEntry(text, { ...keys, ephemeral: EPHEMERAL });
    return {
      name,
      op: "matrix.backup.seal",
      input: {
        private_key: keys.privateKey ? base64(keys.privateKey) : null,
        public_key: keys.publicKey ? base64(keys.publicKey) : null,
        session: SESSION,
        imported,
        ephemeral: hex(EPHEMERAL),
      },
      output: { entry: { ...of(data), forwarded_count: imported ? 1 : 0 } },
    };
  };
  const anybody = (value) => sealEntry(JSON.stringify(value), { publicKey: publicOf(PRIVATE), ephemeral: EPHEMERAL });
  const owner = (value) => sealEntry(JSON.stringify(value), { privateKey: PRIVATE, ephemeral: EPHEMERAL });
  const published = PUBLISHED.backup.map((one, at) => {
    const privateKey = unbase64(one.private_key_base64);
    const data = one.key_backup_data.session_data;
    const name = `published_${at}: ${one.source}`;
    if (one.expect_error?.startsWith("wrong private key")) return refused(name, data, "other_key", { privateKey });
    if (one.expect_error?.startsWith("non-contributory")) return refused(name, data, "non_contributory", { privateKey });
    const opened = one.expect_session ?? openEntry(privateKey, data);
    const id = base64(unbase64(opened.session_key).subarray(-32));
    const room = one.room_id ?? opened.room_id ?? ROOM;
    return open(name, data, "none", { privateKey, room, id, opened: { ...opened, room_id: room } });
  });
  const flip = (text) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
  const good = owner(SESSION);
  const plain = anybody(BARE);
  const verify = (name, authData, outcome, { userId = "@alice:localhost", keyId = "ed25519:test_device" } = {}) => ({
    name,
    op: "matrix.auth_data.verify",
    input: { auth_data: authData, user_id: userId, key_id: keyId, key: PUBLISHED.auth_data_signatures[0].signing_key_ed25519_base64 },
    ...outcome,
  });
  const signed = PUBLISHED.auth_data_signatures[0].backup_info.auth_data;
  const valid = { output: { public_key: signed.public_key } };
  const wrong = { error: { name: "wrong" } };
  const missing = { error: { name: "missing" } };
  return [
    ...published,
    open("by_anybody", plain, "none"),
    open("by_anybody_with_a_room_that_nobody_answers_for", anybody({ ...BARE, room_id: "!other:example.org" }), "none"),
    open("by_the_owner", good, "session_and_room"),
    open("by_the_owner_without_a_room", owner(BARE), "session"),
    open("by_the_owner_who_did_not_know_the_sender", owner({ ...SESSION, unauthenticated: true }), "none"),
    open("tag_by_its_older_name", { ...good, unsigned: { "org.matrix.msc4048.backup_mac": good.unsigned.backup_mac } }, "session_and_room"),
    open("something_unsigned_beside_the_tag", { ...good, unsigned: { ...good.unsigned, age: 1 }, signatures: {} }, "session_and_room"),
    open("tag_removed", { ...good, unsigned: {} }, "none"),
    open("moved_to_another_room_by_the_server", plain, "none", { room: "!other:example.org", opened: { ...SESSION, room_id: "!other:example.org" } }),
    open("padded", { ciphertext: plain.ciphertext, ephemeral: `${plain.ephemeral}=`, mac: `${plain.mac}=` }, "none"),
    refused("moved_to_another_room_though_the_owner_said_which", good, "other_room", { room: "!other:example.org" }),
    refused("under_another_session_id", plain, { name: "session", reason: { name: "other_session_id" } }, { id: base64(counting(32)) }),
    refused("tag_flipped", { ...good, unsigned: { backup_mac: flip(good.unsigned.backup_mac) } }, "backup_mac"),
    refused("ciphertext_flipped_under_a_tag", { ...good, ciphertext: flip(good.ciphertext) }, "backup_mac"),
    refused("a_field_added_under_a_tag", { ...good, added: "1" }, "backup_mac"),
    refused("under_another_key", plain, "other_key", { privateKey: counting(32, 4) }),
    refused("mac_flipped", { ...plain, mac: flip(plain.mac) }, "other_key"),
    refused("mac_of_one_byte", { ...plain, mac: plain.mac.slice(0, 2) }, "length"),
    refused("mac_empty", { ...plain, mac: "" }, "length"),
    refused("first_block_flipped", { ...plain, ciphertext: flip(plain.ciphertext) }, "damaged"),
    refused("last_block_removed", { ...plain, ciphertext: base64(unbase64(plain.ciphertext).subarray(0, -16)) }, "damaged"),
    refused("half_a_block", { ...plain, ciphertext: base64(unbase64(plain.ciphertext).subarray(0, -8)) }, "damaged"),
    refused("ephemeral_of_zeros", { ...plain, ephemeral: base64(new Uint8Array(32)) }, "non_contributory"),
    refused("ephemeral_too_short", { ...plain, ephemeral: "AAAA" }, "length"),
    refused("no_mac", { ciphertext: plain.ciphertext, ephemeral: plain.ephemeral }, "missing"),
    refused("no_base64", { ...plain, mac: "*" }, "base64"),
    refused("a_number", { ...plain, mac: 1 }, "json"),
    refused("without_a_session_key", anybody({ ...BARE, session_key: undefined }), { name: "session", reason: { name: "missing", field: "session_key" } }),
    refused("no_object", anybody([]), "damaged"),
    seal("with_the_private_key", { privateKey: PRIVATE }, false),
    seal("with_the_private_key_of_an_import", { privateKey: PRIVATE }, true),
    seal("with_the_public_key", { publicKey: publicOf(PRIVATE) }, false),
    {
      name: "with_a_public_key_of_low_order",
      op: "matrix.backup.seal",
      input: { private_key: null, public_key: base64(new Uint8Array(32)), session: SESSION, imported: false, ephemeral: hex(EPHEMERAL) },
      error: { name: "low_order" },
    },
    verify("published", signed, valid),
    verify("unsigned_beside_it", { ...signed, unsigned: { a: [1] } }, valid),
    verify("another_public_key", { ...signed, public_key: base64(counting(32)) }, wrong),
    verify("a_field_added", { ...signed, added: 1 }, wrong),
    verify("another_user", signed, missing, { userId: "@bob:localhost" }),
    verify("another_device", signed, missing, { keyId: "ed25519:other" }),
    verify("a_signature_cut_off", { ...signed, signatures: { "@alice:localhost": { "ed25519:test_device": "AAAA" } } }, wrong),
    verify("no_public_key", { signatures: signed.signatures }, { error: { name: "auth_data" } }),
  ];
}
