import { base64url, counting, derive, hex, root, salt } from "./primitives.mjs";

const FLOOR = { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
const DEFAULT = { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
const FOUR_LANES = { memory_kib: 20 * 1024, passes: 2, lanes: 4 };
const ORIGIN = "https://backup.example.org";

export function keyCases() {
  const saltCase = (name, origin, address, normalised, serverSalt) => ({
    name,
    op: "keys.salt",
    input: { origin, address, server_salt: hex(serverSalt) },
    output: { salt: hex(salt(origin, normalised, serverSalt)) },
  });
  const rootCase = (name, password, kdf) => {
    const serverSalt = counting(32, 64);
    const bytes = root(password, salt(ORIGIN, "carol@example.org", serverSalt), kdf);
    const authKey = derive(bytes, "keyhaven/persona/auth/1");
    return {
      name,
      op: "keys.root",
      input: { password, origin: ORIGIN, address: "carol@example.org", server_salt: hex(serverSalt), kdf },
      output: {
        root: hex(bytes),
        auth_key: hex(authKey),
        auth_wire: base64url(authKey),
        wrap_key: hex(derive(bytes, "keyhaven/persona/wrap/1")),
      },
    };
  };
  const refused = (name, kdf, error) => ({
    name,
    op: "keys.root",
    input: { password: "p", origin: ORIGIN, address: "carol@example.org", server_salt: "", kdf: { ...FLOOR, ...kdf } },
    error: { name: error },
  });
  const recovery = (name, code) => ({
    name,
    op: "keys.recovery",
    input: { code: hex(code) },
    output: {
      auth: hex(derive(code, "keyhaven/persona/recovery-auth/1")),
      wrap_key: hex(derive(code, "keyhaven/persona/recovery-wrap/1")),
    },
  });
  const badOrigin = (name, origin) => ({
    name,
    op: "keys.salt",
    input: { origin, address: "carol@example.org", server_salt: "" },
    error: { name: "origin" },
  });
  return [
    saltCase("own_server", ORIGIN, "carol@example.org", "carol@example.org", counting(32, 64)),
    saltCase("address_in_other_case", ORIGIN, " Carol@Example.org", "carol@example.org", counting(32, 64)),
    saltCase("original_wire_has_no_server_salt", ORIGIN, "carol@example.org", "carol@example.org", new Uint8Array()),
    saltCase("relay_by_another_server", "https://evil.example", "carol@example.org", "carol@example.org", counting(32, 64)),
    saltCase("loopback_with_port", "http://127.0.0.1:8000", "carol@example.org", "carol@example.org", counting(32, 64)),
    badOrigin("origin_with_final_slash", "https://backup.example.org/"),
    badOrigin("origin_in_upper_case", "https://Backup.example.org"),
    badOrigin("origin_with_default_port", "https://backup.example.org:443"),
    rootCase("floor", "correct horse battery staple", FLOOR),
    rootCase("default", "correct horse battery staple", DEFAULT),
    rootCase("four_lanes", "correct horse battery staple", FOUR_LANES),
    rootCase("composed_password", "p\u00e4ssw\u00f6rd \u2603", FLOOR),
    rootCase("decomposed_password", "pa\u0308sswo\u0308rd \u2603", FLOOR),
    rootCase("outer_spaces_are_part_of_it", " p ", FLOOR),
    refused("memory_below_the_floor", { memory_kib: FLOOR.memory_kib - 1 }, "below_floor"),
    refused("one_pass", { passes: 1 }, "below_floor"),
    refused("no_lane", { lanes: 0 }, "below_floor"),
    refused("memory_of_4_tib", { memory_kib: 0xffffffff }, "above_ceiling"),
    refused("eleven_passes", { passes: 11 }, "above_ceiling"),
    refused("five_lanes", { lanes: 5 }, "above_ceiling"),
    recovery("code_of_128_bits", counting(16)),
    recovery("code_of_256_bits", counting(32)),
    {
      name: "unlock_proof",
      op: "keys.backup",
      input: { backup_key: hex(counting(32, 128)) },
      output: { unlock_proof: hex(derive(counting(32, 128), "keyhaven/persona/unlock/1")) },
    },
  ];
}
