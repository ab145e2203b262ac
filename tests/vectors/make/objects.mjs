// Negative cases are pieces of good objects, described rather than stored, so that a reader sees the defect.

import { gcm } from "@noble/ciphers/aes.js";

import {
  CHUNK, base64url, concat, counting, frame, header, hex, number, objectKey, paddedLen, pattern, sealFrame, sealObject, sha256,
} from "./primitives.mjs";

const BACKUP_KEY = counting(32, 128);
export const MAIN = {
  backupKey: BACKUP_KEY,
  accountId: counting(16, 16),
  objectId: counting(16, 48),
  counter: 3,
  headerSalt: counting(32, 1),
};
const CONTEXTS = {
  main: MAIN,
  earlier: { ...MAIN, counter: 2, headerSalt: counting(32, 2) },
  other_object: { ...MAIN, objectId: counting(16, 49) },
  other_account: { ...MAIN, accountId: counting(16, 17) },
};
const THREE_CHUNKS = 150_000;
const HEADER = 84;
const SEALED_CHUNK = CHUNK + 16;

export const contextInput = (context) => ({
  backup_key: hex(context.backupKey),
  account_id: base64url(context.accountId),
  object_id: base64url(context.objectId),
  counter: context.counter,
  header_salt: hex(context.headerSalt),
});

export const expectedInput = (context, counter = { exactly: context.counter }) => ({
  account_id: base64url(context.accountId),
  object_id: base64url(context.objectId),
  counter,
});

/** A source is sealed by whoever reads the vector, and must have the SHA-256 that "object.seal" names. */
const source = (which, len = THREE_CHUNKS) => ({ ...contextInput(CONTEXTS[which]), content: { pattern: len } });
const slice = (name, from, to) => ({ source: name, from, to });
const chunk = (name, index) => slice(name, HEADER + index * SEALED_CHUNK, HEADER + (index + 1) * SEALED_CHUNK);
const head = (name) => slice(name, 0, HEADER);

export function objectCases() {
  const seal = (name, context, content, described) => {
    const sealed = sealObject(context, content);
    const bytes = header(context);
    return {
      name,
      op: "object.seal",
      input: { ...contextInput(context), content: described },
      output: {
        header: hex(bytes),
        sealed_len: sealed.length,
        sealed_sha256: hex(sha256(sealed)),
        first_chunk_starts: hex(sealed.subarray(HEADER, HEADER + 32)),
      },
    };
  };
  const open = (name, sealed, { expected = expectedInput(MAIN), backupKey = BACKUP_KEY, content, error }) => ({
    name,
    op: "object.open",
    input: { backup_key: hex(backupKey), expected, sealed },
    ...(error ? { error } : { output: { content_len: content.length, content_sha256: hex(sha256(content)) } }),
  });
  const whole = { sources: { main: source("main") }, pieces: [slice("main", 0, null)] };
  const small = { sources: { main: source("main", 5) }, pieces: [slice("main", 0, null)] };
  const oneChunk = { sources: { main: source("main", CHUNK - 8) }, pieces: [slice("main", 0, null)] };
  const from = (others, ...pieces) => ({
    sources: Object.fromEntries(["main", ...others].map((which) => [which, source(which)])),
    pieces,
  });
  const bytes = (sealed) => ({ sources: {}, pieces: [{ hex: hex(sealed) }] });
  const flipped = (at, base = whole) => ({ ...base, flip: { at, xor: 1 } });
  const damaged = (index) => ({ error: { name: "damaged", chunk: index } });
  const headerError = (error) => ({ error: { name: "header", header: error } });

  const plain = frame(counting(5));
  const withPlain = (change) => bytes(sealFrame(MAIN, change(plain.slice())));
  const fullChunks = frame(pattern(2 * CHUNK - 8));

  return [
    ...[0, 1, 5, 4088, 4089, CHUNK - 8, CHUNK - 7, 2 * CHUNK - 8, THREE_CHUNKS].map((len) =>
      seal(`pattern_of_${len}`, MAIN, pattern(len), { pattern: len })),
    seal("short_text", MAIN, Buffer.from("Hello, haven."), { hex: hex(Buffer.from("Hello, haven.")) }),
    ...Object.keys(CONTEXTS).slice(1).map((which) =>
      seal(which, CONTEXTS[which], pattern(THREE_CHUNKS), { pattern: THREE_CHUNKS })),

    ...[0, 1, 4088, 4089, CHUNK - 8, CHUNK - 7, 2 * CHUNK - 8, THREE_CHUNKS].map((len) =>
      open(`pattern_of_${len}`, { sources: { main: source("main", len) }, pieces: [slice("main", 0, null)] }, { content: pattern(len) })),
    open("counter_at_least", whole, { expected: expectedInput(MAIN, { at_least: 2 }), content: pattern(THREE_CHUNKS) }),

    open("chunks_reordered", from([], head("main"), chunk("main", 1), chunk("main", 0), slice("main", HEADER + 2 * SEALED_CHUNK, null)), damaged(0)),
    open("later_chunks_reordered", { sources: { main: source("main", 3 * CHUNK) }, pieces: [head("main"), chunk("main", 0), chunk("main", 2), chunk("main", 1), slice("main", HEADER + 3 * SEALED_CHUNK, null)] }, damaged(1)),
    open("first_chunk_dropped", from([], head("main"), slice("main", HEADER + SEALED_CHUNK, null)), damaged(0)),
    open("middle_chunk_dropped", from([], head("main"), chunk("main", 0), slice("main", HEADER + 2 * SEALED_CHUNK, null)), { error: { name: "truncated" } }),
    open("middle_chunk_duplicated", from([], head("main"), chunk("main", 0), chunk("main", 1), chunk("main", 1), slice("main", HEADER + 2 * SEALED_CHUNK, null)), damaged(2)),
    open("first_chunk_duplicated", from([], head("main"), chunk("main", 0), slice("main", HEADER, null)), damaged(1)),
    open("truncated_after_the_header", from([], head("main")), { error: { name: "truncated" } }),
    open("truncated_after_the_first_chunk", from([], head("main"), chunk("main", 0)), { error: { name: "truncated" } }),
    open("final_chunk_missing", from([], head("main"), chunk("main", 0), chunk("main", 1)), { error: { name: "truncated" } }),
    open("truncated_inside_a_chunk", from([], slice("main", 0, HEADER + SEALED_CHUNK + 100)), { error: { name: "truncated" } }),
    open("last_byte_missing", from([], slice("main", 0, -1)), { error: { name: "truncated" } }),
    open("trailing_byte", { ...whole, pieces: [...whole.pieces, { hex: "00" }] }, { error: { name: "trailing" } }),
    open("trailing_chunk", from([], slice("main", 0, null), chunk("main", 0)), { error: { name: "trailing" } }),
    open("trailing_byte_after_one_full_chunk", { ...oneChunk, pieces: [...oneChunk.pieces, { hex: "00" }] }, { error: { name: "trailing" } }),
    open("trailing_byte_after_a_small_object", { ...small, pieces: [...small.pieces, { hex: "00" }] }, damaged(0)),
    open("small_object_cut_off", { ...small, pieces: [slice("main", 0, -1)] }, damaged(0)),
    open("chunk_of_an_earlier_version", from(["earlier"], head("main"), chunk("main", 0), chunk("earlier", 1), slice("main", HEADER + 2 * SEALED_CHUNK, null)), damaged(1)),
    open("chunk_of_another_object", from(["other_object"], head("main"), chunk("other_object", 0), slice("main", HEADER + SEALED_CHUNK, null)), damaged(0)),
    open("chunk_of_another_account", from(["other_account"], head("main"), chunk("main", 0), chunk("other_account", 1), slice("main", HEADER + 2 * SEALED_CHUNK, null)), damaged(1)),
    open("header_of_an_earlier_version_rewritten", from(["earlier"], slice("main", 0, 52), slice("earlier", 52, null)), damaged(0)),
    open("other_backup_key", whole, { backupKey: counting(32, 129), ...damaged(0) }),
    open("first_chunk_flipped", flipped(HEADER + 1000), damaged(0)),
    open("middle_chunk_flipped", flipped(HEADER + SEALED_CHUNK + 1000), damaged(1)),
    open("tag_of_the_last_chunk_flipped", { ...small, flip: { at: HEADER + 4096 + 15, xor: 128 } }, damaged(0)),

    open("empty", bytes(new Uint8Array()), headerError({ name: "truncated" })),
    open("header_cut_off", from([], slice("main", 0, 83)), headerError({ name: "truncated" })),
    open("magic_flipped", flipped(0), headerError({ name: "magic" })),
    open("version_flipped", flipped(8), headerError({ name: "version", found: 0 })),
    open("suite_flipped", flipped(9), headerError({ name: "suite", found: 0 })),
    open("chunk_length_flipped", flipped(10), headerError({ name: "parameters" })),
    open("padding_flipped", flipped(11), headerError({ name: "parameters" })),
    open("account_flipped", flipped(12), headerError({ name: "other_account" })),
    open("object_flipped", flipped(28), headerError({ name: "other_object" })),
    open("counter_flipped", flipped(51), headerError({ name: "stale", found: 2, expected: 3 })),
    open("salt_flipped", flipped(52), damaged(0)),
    open("of_another_account", whole, { expected: expectedInput(CONTEXTS.other_account), ...headerError({ name: "other_account" }) }),
    open("another_object", whole, { expected: expectedInput(CONTEXTS.other_object), ...headerError({ name: "other_object" }) }),
    open("stale", whole, { expected: expectedInput(MAIN, { exactly: 4 }), ...headerError({ name: "stale", found: 3, expected: 4 }) }),
    open("rolled_back", whole, { expected: expectedInput(MAIN, { at_least: 4 }), ...headerError({ name: "stale", found: 3, expected: 4 }) }),
    open("newer", whole, { expected: expectedInput(MAIN, { exactly: 2 }), ...headerError({ name: "newer", found: 3, expected: 2 }) }),

    open("padding_not_zero", withPlain((text) => text.fill(1, 4095)), { error: { name: "padding" } }),
    open("length_beyond_the_plaintext", withPlain((text) => concat(number(4089, 8), text.subarray(8))), { error: { name: "padding" } }),
    open("length_of_2_gib", withPlain((text) => concat(number(2 ** 31, 8), text.subarray(8))), { error: { name: "too_long", len: 2 ** 31 } }),
    open("padded_too_far", bytes(sealFrame(MAIN, frame(counting(5), 4352))), { error: { name: "padding" } }),
    open("not_padded", bytes(sealFrame(MAIN, frame(counting(5), 13))), { error: { name: "padding" } }),
    open("plaintext_shorter_than_its_length_field", bytes(sealFrame(MAIN, new Uint8Array(7))), { error: { name: "padding" } }),
    open("plaintext_empty", bytes(concat(header(MAIN), emptyChunk())), { error: { name: "padding" } }),
    open("last_flag_on_the_first_of_two_chunks", bytes(sealFrame(MAIN, fullChunks, () => true)), { error: { name: "trailing" } }),
    open("no_last_flag", bytes(sealFrame(MAIN, plain, () => false)), { error: { name: "truncated" } }),

    ...[0, 1, 4088, 4089, 10_000, 65_528, 1_000_000, 10_485_760, 123_456_789, 1_073_741_824].map((len) => ({
      name: `content_of_${len}`,
      op: "object.padded_len",
      input: { content_len: len },
      output: { padded_len: paddedLen(len) },
    })),
  ];
}


function emptyChunk() {
  const nonce = new Uint8Array(12);
  nonce[11] = 1;
  return gcm(objectKey(MAIN, header(MAIN)), nonce).encrypt(new Uint8Array());
}
