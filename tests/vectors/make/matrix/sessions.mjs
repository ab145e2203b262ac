import { NO_POINT, PUBLISHED, base64, canonical, exportKey, padded, ratchet, session, unbase64 } from "./formats.mjs";

const GOOD = session(3);
const NAMED = { room_id: GOOD.room_id, session_id: GOOD.session_id };
const B32 = base64(new Uint8Array(32).fill(7));

export function sessionCases() {
  const read = (name, text, sessions, skipped = []) => ({
    name,
    op: "matrix.sessions.read",
    input: { text },
    output: { sessions: sessions.map(canonical), skipped },
  });
  const good = (name, change) => read(name, JSON.stringify([{ ...GOOD, ...change }]), [{ ...GOOD, ...change }]);
  /** Undefined removes a field. */
  const bad = (name, change, reason, named = {}) => {
    const shown = { index: 1, ...NAMED, ...named, reason };
    return read(name, JSON.stringify([GOOD, { ...GOOD, ...change }, GOOD]), [GOOD, GOOD], [shown]);
  };
  const broken = (name, text, reason) =>
    read(name, `[${JSON.stringify(GOOD)},${text},${JSON.stringify(GOOD)}]`, [GOOD, GOOD], [{ index: 1, room_id: null, session_id: null, reason }]);
  const turn = (name, from, to, bytes = exportKey(from)) => ({
    name,
    op: "matrix.session.ratchet",
    input: { session_key: base64(bytes), index: to },
    output: { session_key: base64(ratchet(bytes, from, to)) },
  });
  const missing = (field) => bad(`${field}_missing`, { [field]: undefined }, { name: "missing", field }, field in NAMED ? { [field]: null } : {});
  const wrong = (name, field, value, reason = { name: "wrong", field }, named = {}) => bad(name, { [field]: value }, reason, named);
  const noPoint = session(3, { publicKey: NO_POINT });
  const [megolm] = PUBLISHED.megolm;
  return [
    read("none", "[]", []),
    read("white_space", " [\n] ", []),
    good("plain", {}),
    good("known_by_another_device_too", { forwarding_curve25519_key_chain: [B32, GOOD.sender_key] }),
    good("claimed_keys_of_two_names", { sender_claimed_keys: { zeta: "\u{e9}\n\"", ed25519: B32 } }),
    good("no_claimed_keys", { sender_claimed_keys: undefined }),
    good("no_chain", { forwarding_curve25519_key_chain: undefined }),
    good("no_session_id", { session_id: undefined }),
    good("shared_history_of_peers", { "m.shared_history": true }),
    good("shared_history_of_the_specification", { shared_history: true }),
    good("shared_history_of_older_peers", { "org.matrix.msc3061.shared_history": true }),
    good("history_not_shared", { "m.shared_history": false }),
    good("untrusted", { untrusted: true }),
    good("unknown_fields", { x: { y: [1.5e3, null, "}"] } }),
    good("padded_sender_key", { sender_key: padded(unbase64(GOOD.sender_key)) }),
    read("escapes", JSON.stringify([GOOD]).replace("room_id", "\\u0072oom_id").replace("!room", "\\u0021room"), [GOOD]),
    ...["algorithm", "room_id", "session_key", "sender_key"].map(missing),
    wrong("another_algorithm", "algorithm", "m.megolm.v2.aes-sha2", { name: "algorithm" }),
    wrong("a_room_without_its_mark", "room_id", "room:example.org", undefined, { room_id: "room:example.org" }),
    wrong("a_room_that_is_a_number", "room_id", 1, undefined, { room_id: null }),
    wrong("session_key_too_short", "session_key", GOOD.session_key.slice(4), { name: "session_key_length" }),
    wrong("session_key_as_it_is_shared", "session_key", base64(exportKey(3, { version: 2 })), { name: "session_key_version", found: 2 }),
    wrong("session_id_of_another_session", "session_id", B32, { name: "other_session_id" }, { session_id: B32 }),
    bad("public_key_that_is_no_point", noPoint, { name: "not_a_point" }, { session_id: noPoint.session_id }),
    wrong("sender_key_too_short", "sender_key", "AAAA"),
    wrong("claimed_keys_that_are_a_list", "sender_claimed_keys", []),
    wrong("claimed_key_that_is_none", "sender_claimed_keys", { ed25519: "AAAA" }),
    wrong("chain_of_numbers", "forwarding_curve25519_key_chain", [1]),
    bad("two_names_of_shared_history_that_disagree", { "m.shared_history": true, shared_history: false }, { name: "wrong", field: "shared_history" }),
    read("room_id_twice", `[{"room_id":"!a",${JSON.stringify(GOOD).slice(1)}]`, [], [{ index: 0, ...NAMED, reason: { name: "twice", field: "room_id" } }]),
    broken("a_number", "7", { name: "not_an_object" }),
    broken("a_list", "[{}]", { name: "not_an_object" }),
    broken("no_json", "{a}", { name: "json" }),
    broken("a_quote_too_many", '{"a":"b"c"}', { name: "json" }),
    broken("a_quote_too_few", '{"a:1}', { name: "json" }),
    broken("longer_than_a_session_can_be", `{"a":"${"a".repeat(65536)}"}`, { name: "too_long" }),
    broken("nested_too_deep", `{"a":${"[".repeat(20)}${"]".repeat(20)}}`, { name: "json" }),
    read("a_comma_behind_the_last", `[${JSON.stringify(GOOD)},]`, [GOOD]),
    read("cut_off_within_a_session", JSON.stringify([GOOD, GOOD]).slice(0, -30), [GOOD], [{ index: 1, ...NAMED, reason: { name: "cut_off" } }]),
    read("cut_off_behind_a_session", JSON.stringify([GOOD]).slice(0, -1), [GOOD], [{ index: 1, room_id: null, session_id: null, reason: { name: "cut_off" } }]),
    read("something_behind_the_list", `${JSON.stringify([GOOD])}]`, [GOOD], [{ index: 1, room_id: null, session_id: null, reason: { name: "behind_the_list" } }]),
    { name: "an_object", op: "matrix.sessions.read", input: { text: "{}" }, error: { name: "not_sessions" } },
    { name: "nothing", op: "matrix.sessions.read", input: { text: "" }, error: { name: "not_sessions" } },
    turn("nowhere", 3, 3),
    turn("one_step", 3, 4),
    turn("over_256", 250, 260),
    turn("over_65536", 65_000, 66_000),
    turn("over_2_to_the_24", 2 ** 24 - 2, 2 ** 24 + 1),
    turn("from_0_to_70000", 0, 70_000),
    {
      name: "published: one step",
      op: "matrix.session.ratchet",
      input: { session_key: megolm.exported_session.session_key, index: 1 },
      output: { session_key: megolm.ratcheted_to_1_session_key },
    },
    { name: "backward", op: "matrix.session.ratchet", input: { session_key: GOOD.session_key, index: 2 }, error: { name: "backward", first_index: 3 } },
    { name: "no_session_key", op: "matrix.session.ratchet", input: { session_key: "AAAA", index: 2 }, error: { name: "session_key" } },
  ];
}
