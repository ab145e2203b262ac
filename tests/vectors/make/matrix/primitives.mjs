import { counting, hex, pattern, utf8 } from "../primitives.mjs";
import { countered, derive512, tag } from "./formats.mjs";

export function primitiveCases() {
  const derive = (name, passphrase, salt, rounds, len) => ({
    name,
    op: "pbkdf2_sha512.derive",
    input: { passphrase: hex(utf8(passphrase)), salt: hex(salt), rounds, len },
    output: { bytes: hex(derive512(passphrase, salt, rounds, len)) },
  });
  const authenticate = (name, key, text) => ({
    name,
    op: "hmac_sha256.tag",
    input: { key: hex(key), text: hex(text) },
    output: { bytes: hex(tag(key, text)) },
  });
  const apply = (name, counter, width, text) => ({
    name,
    op: "aes_ctr.apply",
    input: { key: hex(counting(32, 5)), counter: hex(counter), width, text: hex(text) },
    output: { bytes: hex(countered(counting(32, 5), counter, width, text)) },
  });
  const ones = new Uint8Array(16).fill(255);
  const lowOnes = Uint8Array.from({ length: 16 }, (_, at) => (at < 8 ? at : 255));
  return [
    derive("one_round", "password", utf8("salt"), 1, 64),
    derive("thousand_rounds", "password", utf8("salt"), 1000, 64),
    derive("half_a_block", "password", utf8("salt"), 2, 32),
    derive("more_than_a_block", "password", utf8("salt"), 2, 100),
    derive("longer_than_a_block", "p".repeat(200), pattern(200), 3, 64),
    derive("no_salt", "password", new Uint8Array(), 2, 64),
    authenticate("nothing", counting(32), new Uint8Array()),
    authenticate("some", counting(32), pattern(1000)),
    authenticate("key_of_zeros", new Uint8Array(32), pattern(64)),
    apply("nothing", counting(16), 64, new Uint8Array()),
    apply("part_of_a_block", counting(16), 64, pattern(5)),
    apply("blocks", counting(16), 128, pattern(100)),
    ...[64, 128].flatMap((width) => [
      apply(`all_ones_of_${width}_bits`, ones, width, pattern(70)),
      apply(`low_half_runs_over_in_${width}_bits`, lowOnes, width, pattern(70)),
    ]),
  ];
}
