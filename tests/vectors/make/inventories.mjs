import { base64url, counting, header, hex, sealObject, sealedFile, sha256, utf8 } from "./primitives.mjs";
import { MAIN, contextInput } from "./objects.mjs";

const INVENTORY_ID = sha256(utf8("keyhaven/inventory/1")).subarray(0, 16);

const entry = (start, changes = {}) => ({
  id: base64url(counting(16, start)),
  name: "Work",
  media_type: "application/zip",
  counter: 1,
  sealed_len: 4452,
  sealed_sha256: base64url(counting(32, start)),
  content_len: 812,
  modified_at: 1795262400,
  ...changes,
});
const inventory = (entries, counter = 3) => ({ format: "keyhaven/inventory", version: 1, counter, entries });
const TWO = inventory([entry(1), entry(2, { name: "Privat \u{1f511} \"\\", media_type: "text/plain; charset=utf-8" })]);

export function inventoryCases() {
  const read = (name, value) => ({ name, op: "inventory.parse", input: { text: JSON.stringify(value) }, output: { inventory: value } });
  const refuse = (name, text, error) => ({ name, op: "inventory.parse", input: { text }, error });
  const malformed = { name: "malformed" };
  const bad = (name, changes, error) =>
    refuse(name, JSON.stringify(inventory([entry(1), entry(2, changes)])), { name: "entry", index: 1, entry: error });
  const text = JSON.stringify(TWO);
  const context = { ...MAIN, objectId: INVENTORY_ID, counter: 3 };
  const file = sealedFile(sealObject(context, utf8(text)));
  const seal = {
    name: "two_entries",
    op: "inventory.seal",
    input: { ...contextInput(context), text },
    output: { file_len: file.length, file_sha256: hex(sha256(file)), header: hex(header(context)) },
  };
  const open = (name, sealed, counter, outcome) => ({
    name,
    op: "inventory.open",
    input: { backup_key: hex(MAIN.backupKey), account_id: base64url(MAIN.accountId), counter, file: hex(sealed) },
    ...outcome,
  });
  const inner = sealedFile(sealObject({ ...context, counter: 4 }, utf8(text)));
  const object = sealedFile(sealObject(MAIN, utf8(text)));

  const listed = (start, changes = {}) => ({ id: base64url(counting(16, start)), sealed_len: 4452, listed: hex(counting(32, start)), ...changes });
  const seen = (start, sha256Start, counter) => ({ id: base64url(counting(16, start)), sealed_len: 4452, seen: hex(counting(32, sha256Start)), counter });
  const compare = (name, objects, states, extra = []) => ({
    name,
    op: "inventory.compare",
    input: { text, objects },
    output: { states, extra, complete: states.every((state) => state === "intact") && extra.length === 0 },
  });
  return [
    read("empty", inventory([], 0)),
    read("two_entries", TWO),
    read("largest_counter", inventory([entry(1, { counter: Number.MAX_SAFE_INTEGER })])),
    read("under_later_backup_keys", inventory([entry(1, { generation: 1 }), entry(2), entry(3, { generation: 2 ** 32 - 1 })])),
    refuse("no_json", "inventory", malformed),
    refuse("white_space", text.replace(`"version":1`, `"version": 1`), malformed),
    refuse("trailing_line_break", `${text}\n`, malformed),
    refuse("unknown_field", text.replace(`"version":1`, `"version":1,"extra":1`), malformed),
    refuse("field_twice", text.replace(`"version":1`, `"version":1,"version":1`), malformed),
    refuse("fields_in_another_order", text.replace(`"format":"keyhaven/inventory","version":1`, `"version":1,"format":"keyhaven/inventory"`), malformed),
    refuse("escaped_letter", text.replace("Work", "W\\u006frk"), malformed),
    refuse("number_with_exponent", text.replace(`"content_len":812`, `"content_len":812e0`), malformed),
    refuse("negative_number", text.replace(`"content_len":812`, `"content_len":-812`), malformed),
    refuse("entries_out_of_order", JSON.stringify(inventory([entry(2), entry(1)])), malformed),
    refuse("entry_twice", JSON.stringify(inventory([entry(1), entry(1)])), malformed),
    refuse("padded_id", text.replace(entry(1).id, `${entry(1).id}==`), malformed),
    refuse("other_format", text.replace("keyhaven/inventory", "keyhaven/sealed"), malformed),
    refuse("newer_version", text.replace(`"version":1`, `"version":2`), { name: "version", found: 2 }),
    { ...refuse("too_large", text, { name: "too_large" }), input: { text, spaces_behind: 1_900_000 } },
    refuse("generation_of_the_first_key_written", JSON.stringify(inventory([entry(1, { generation: 0 })])), malformed),
    refuse("generation_null", JSON.stringify(inventory([entry(1, { generation: null })])), malformed),
    refuse("generation_negative", JSON.stringify(inventory([entry(1, { generation: -1 })])), malformed),
    refuse("generation_of_33_bits", JSON.stringify(inventory([entry(1, { generation: 2 ** 32 })])), malformed),
    refuse("generation_before_another_field", text.replace(`,"modified_at":1795262400}`, `,"generation":1,"modified_at":1795262400}`), malformed),
    bad("name_empty", { name: "" }, "name"),
    bad("name_with_line_break", { name: "a\nb" }, "name"),
    bad("name_of_256_bytes", { name: "x".repeat(256) }, "name"),
    bad("media_type_empty", { media_type: "" }, "media_type"),
    bad("media_type_with_umlaut", { media_type: "text/pl\u00e4in" }, "media_type"),
    bad("counter_of_zero", { counter: 0 }, "number"),
    bad("content_of_2_gib", { content_len: 2 ** 31 }, "number"),
    refuse("id_of_the_inventory", JSON.stringify(inventory([entry(1, { id: base64url(INVENTORY_ID) })])), { name: "entry", index: 0, entry: "reserved_id" }),

    seal,
    open("two_entries", file, { at_least: 3 }, { output: { text } }),
    open("rolled_back", file, { at_least: 4 }, { error: { name: "open", open: { name: "header", header: { name: "stale", found: 3, expected: 4 } } } }),
    open("counters_differ", inner, { at_least: 3 }, { error: { name: "other_counter" } }),
    open("an_object_in_its_place", object, { at_least: 0 }, { error: { name: "open", open: { name: "header", header: { name: "other_object" } } } }),
    open("cut_off", file.subarray(0, -1), { at_least: 0 }, { error: { name: "open", open: { name: "truncated" } } }),

    compare("all_there", [listed(1), listed(2)], ["intact", "intact"]),
    compare("one_omitted", [listed(2)], ["missing", "intact"]),
    compare("nothing_there", [], ["missing", "missing"]),
    compare("one_extra", [listed(1), listed(2), listed(3)], ["intact", "intact"], [base64url(counting(16, 3))]),
    compare("text_id_is_extra", [listed(1), listed(2), { ...listed(3), id: "old-persona.zip" }], ["intact", "intact"], ["old-persona.zip"]),
    compare("inventory_itself_is_not_extra", [listed(1), listed(2), { ...listed(3), id: base64url(INVENTORY_ID) }], ["intact", "intact"]),
    compare("listed_twice", [listed(1), listed(1), listed(2)], ["intact", "intact"], [base64url(counting(16, 1))]),
    compare("two_swapped", [listed(1, { listed: hex(counting(32, 2)) }), listed(2, { listed: hex(counting(32, 1)) })], ["different", "different"]),
    compare("other_length", [listed(1, { sealed_len: 4451 }), listed(2)], ["different", "intact"]),
    compare("list_without_hashes", [listed(1, { listed: null }), listed(2, { listed: null })], ["unchecked", "unchecked"]),
    compare("bytes_seen", [seen(1, 1, 1), seen(2, 2, 1)], ["intact", "intact"]),
    compare("older_bytes_seen", [seen(1, 9, 0), listed(2)], [{ stale: 0 }, "intact"]),
    compare("newer_bytes_seen", [seen(1, 9, 2), listed(2)], [{ newer: 2 }, "intact"]),
    compare("other_bytes_seen", [seen(1, 9, 1), listed(2)], ["damaged", "intact"]),
    compare("bytes_without_a_header_seen", [seen(1, 9, null), listed(2)], ["damaged", "intact"]),
  ];
}
