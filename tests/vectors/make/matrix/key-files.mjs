import { counting, hex, utf8 } from "../primitives.mjs";
import { PUBLISHED, armour, canonical, derive512, keyFileBytes, session, tag } from "./formats.mjs";

const PASSPHRASE = "correct horse battery staple";
const SALT = counting(16, 1);
const IV = counting(16, 32);
const ONES = new Uint8Array(16).fill(255);
const LIST = [session(0), session(7, { room: "!other:example.org" })];
const TEXT = JSON.stringify(LIST);
const OF = { passphrase: PASSPHRASE, salt: SALT, iv: IV };

export function keyFileCases() {
  const open = (name, file, { passphrase = PASSPHRASE, rounds = 1, sessions = LIST, skipped = [] } = {}) => ({
    name,
    op: "matrix.key_file.open",
    input: { file, passphrase },
    output: { rounds, sessions: sessions.map(canonical), skipped },
  });
  const refused = (name, file, error, passphrase = PASSPHRASE) => ({
    name,
    op: "matrix.key_file.open",
    input: { file, passphrase },
    error,
  });
  const seal = (name, sessions, rounds, drawnIv = IV) => {
    const iv = Uint8Array.from(drawnIv);
    iv[8] &= 127;
    const text = `[${sessions.map((one) => canonicalText(one)).join(",")}]`;
    return {
      name,
      op: "matrix.key_file.seal",
      input: { sessions: JSON.stringify(sessions), passphrase: PASSPHRASE, rounds, drawn: hex(SALT) + hex(drawnIv) },
      output: { file: armour(keyFileBytes(text, { ...OF, iv, rounds })) },
    };
  };
  const good = keyFileBytes(TEXT, OF);
  const lines = armour(good);
  const wrong = { name: "wrong_passphrase_or_damaged" };
  const flipped = (at) => armour(good.map((byte, index) => (index === (at + good.length) % good.length ? byte ^ 1 : byte)));
  const withRounds = (rounds) => {
    const bytes = Uint8Array.from(good);
    new DataView(bytes.buffer).setUint32(33, rounds);
    return armour(bytes);
  };
  const short = (len) => {
    const bytes = keyFileBytes("", OF).subarray(0, len);
    const mac = derive512(PASSPHRASE, SALT, 1, 64).subarray(32);
    return armour(Buffer.concat([bytes.subarray(0, len - 32), tag(mac, bytes.subarray(0, len - 32))]));
  };
  const published = PUBLISHED.key_export.map((one, at) =>
    open(`published_${at}: ${one.source}`, one.armored, {
      passphrase: one.passphrase,
      rounds: one.rounds,
      sessions: one.plaintext_json ?? PUBLISHED.key_export[3].plaintext_json,
    }),
  );
  const tooMany = (rounds) => ({ name: "too_many_rounds", rounds, max: 10_000_000 });
  return [
    ...published,
    open("no_sessions", armour(keyFileBytes("[]", OF)), { sessions: [] }),
    open("rounds_1000", armour(keyFileBytes(TEXT, { ...OF, rounds: 1000 })), { rounds: 1000 }),
    open("passphrase_of_one_letter", armour(keyFileBytes(TEXT, { ...OF, passphrase: "\u{e9}" })), { passphrase: "\u{e9}" }),
    open("lines_of_76", armour(good, { columns: 76 })),
    open("lines_of_71_without_padding", armour(good, { columns: 71, padding: false })),
    open("one_line_without_a_last_line_feed", armour(good, { columns: 0, padding: false, last: "" })),
    open("carriage_return_and_line_feed", armour(good, { end: "\r\n" })),
    open("carriage_return", armour(good, { end: "\r" })),
    open("spaces_at_the_ends_of_lines", lines.replaceAll("\n", " \t\n")),
    open("byte_order_mark", `\ufeff${lines}`),
    open("text_before_and_behind", `My keys\n-----\n${lines}Keep them.\n-----BEGIN`),
    open("blank_lines", lines.replaceAll("\n", "\n\n")),
    open("counter_of_64_bits_that_runs_over", armour(keyFileBytes(TEXT, { ...OF, iv: ONES, width: 64 }))),
    open("counter_of_128_bits_that_runs_over", armour(keyFileBytes(TEXT, { ...OF, iv: ONES, width: 128 }))),
    open("bad_sessions_among_good_ones", armour(keyFileBytes(`[${JSON.stringify({ ...LIST[0], room_id: "room" })},${JSON.stringify(LIST[1])}, {"a]`, OF)), {
      sessions: [LIST[1]],
      skipped: [
        { index: 0, room_id: "room", session_id: LIST[0].session_id, reason: { name: "wrong", field: "room_id" } },
        { index: 2, room_id: null, session_id: null, reason: { name: "cut_off" } },
      ],
    }),
    refused("another_passphrase", lines, wrong, "correct horse battery stable"),
    refused("passphrase_with_a_space", lines, wrong, `${PASSPHRASE} `),
    refused("decomposed_passphrase", armour(keyFileBytes(TEXT, { ...OF, passphrase: "\u{e9}" })), wrong, "e\u{301}"),
    refused("salt_flipped", flipped(1), wrong),
    refused("iv_flipped", flipped(17), wrong),
    refused("rounds_changed", withRounds(2), wrong),
    refused("ciphertext_flipped", flipped(40), wrong),
    refused("last_byte_of_the_ciphertext_flipped", flipped(-33), wrong),
    refused("tag_flipped", flipped(-1), wrong),
    refused("version_2", armour(keyFileBytes(TEXT, { ...OF, version: 2 })), { name: "version", found: 2 }),
    refused("version_0", armour(keyFileBytes(TEXT, { ...OF, version: 0 })), { name: "version", found: 0 }),
    refused("rounds_0", withRounds(0), { name: "zero_rounds" }),
    refused("rounds_10000001", withRounds(10_000_001), tooMany(10_000_001)),
    refused("rounds_2_to_the_31", withRounds(2 ** 31), tooMany(2 ** 31)),
    refused("rounds_2_to_the_32_less_1", withRounds(2 ** 32 - 1), tooMany(2 ** 32 - 1)),
    ...[0, 1, 36, 37, 68].map((len) => refused(`length_${len}`, len < 32 ? armour(good.subarray(0, len)) : short(len), { name: "damaged_header", len })),
    refused("length_69", short(69), { name: "not_sessions" }),
    refused("without_its_last_line", lines.slice(0, 200), { name: "incomplete" }),
    refused("cut_off_in_its_last_line", lines.slice(0, -10), { name: "incomplete" }),
    refused("a_bar_in_the_text", `${lines.slice(0, 60)}|${lines.slice(60)}`, { name: "damaged_text", offset: 60 }),
    refused("url_safe_base64", lines.replaceAll("+", "_").replaceAll("/", "_"), { name: "damaged_text", offset: lines.search(/[+/]/) }),
    refused("a_list_in_the_open", TEXT, { name: "not_a_key_file" }),
    refused("empty", "", { name: "not_a_key_file" }),
    refused("an_object_in_place_of_a_list", armour(keyFileBytes("{}", OF)), { name: "not_sessions" }),
    refused("no_json", armour(keyFileBytes("hello", OF)), { name: "not_sessions" }),
    seal("two_sessions", LIST, 100_000),
    seal("no_sessions", [], 100_000),
    seal("an_iv_whose_bit_is_cleared", LIST.slice(0, 1), 100_000, ONES),
    {
      name: "fewer_rounds_than_the_specification_asks_for",
      op: "matrix.key_file.seal",
      input: { sessions: "[]", passphrase: PASSPHRASE, rounds: 99_999, drawn: hex(SALT) + hex(IV) },
      error: { name: "rounds" },
    },
  ];
}

/** Names in order, no white space, of values that are in order already. */
function canonicalText(one) {
  const value = canonical(one);
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (Buffer.compare(utf8(a), utf8(b))))));
}
