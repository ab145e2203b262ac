import { ENGINES, base64, equal, failure, unhex, utf8, type Case, type Package } from "./check.js";
import type { Vector, Vectors } from "./vectors.js";

const FILE = "recovery-key";

export function recoveryKeyCases(pkg: Package, vectors: Vectors): Case[] {
  const named = (op: string, run: (vector: Vector) => void | Promise<void>): Case[] =>
    vectors(FILE, `matrix.recovery_key.${op}`).map((vector) => ({
      name: `recovery key, ${op}: ${vector.name}`,
      run: () => run(vector),
    }));
  return [
    ...named("encode", ({ input, output }) => {
      const { key } = input as unknown as { key: string };
      const { text, base64: secret, public_key } = output as unknown as { text: string; base64: string; public_key: string };
      const found = pkg.RecoveryKey.fromSecret(utf8(secret));
      equal([found.text, found.publicKey], [text, public_key]);
      equal(base64(unhex(key)), secret, "the vector with itself");
      found.free();
    }),
    ...named("parse", async ({ input, output, error }) => {
      const { typed } = input as unknown as { typed: string };
      if (error !== undefined) {
        const found = await failure(pkg, () => pkg.RecoveryKey.fromText(typed));
        equal(found.code, `recovery-key-${error.name}`);
        for (const name of ["found", "position", "candidates"]) equal(found.details[name], error[name], name);
        return;
      }
      const { key } = output as unknown as { key: string };
      const expected = pkg.RecoveryKey.fromSecret(utf8(base64(unhex(key))));
      equal(pkg.RecoveryKey.fromText(typed).text, expected.text);
    }),
    ...named("repair", ({ input, output }) => {
      const { typed, public_key } = input as unknown as { typed: string; public_key: string };
      const found = pkg.RecoveryKey.repair(typed, { publicKey: public_key });
      if (output === undefined) return equal(found, undefined);
      const { position, text } = output as unknown as { position: number; text: string };
      equal([found?.position, found?.text, found?.key.text], [position, text, text]);
      equal(found?.key.publicKey, public_key);
    }),
    ...ENGINES.flatMap((engine) =>
      named("derive", async ({ input, output }) => {
        const { passphrase, salt, iterations } = input as unknown as { passphrase: string; salt: string; iterations: number };
        const key = await pkg.RecoveryKey.fromPassphrase(passphrase, { salt, iterations }, { engine });
        const { key: expected } = output as unknown as { key: string };
        equal(key.text, pkg.RecoveryKey.fromSecret(utf8(base64(unhex(expected)))).text);
      }),
    ),
    {
      name: "a new recovery key reads back, and no two are the same",
      run: () => {
        const [one, other] = [pkg.RecoveryKey.generate(), pkg.RecoveryKey.generate()];
        equal(pkg.RecoveryKey.fromText(one.text).publicKey, one.publicKey);
        equal(one.text === other.text, false);
      },
    },
    {
      name: "a recovery key is repaired by the key check of secret storage, and needs one",
      run: async () => {
        const found = vectors("secret-storage", "matrix.storage.open").find(({ name }) => name === "published: text, padded check");
        const { description, typed } = found?.input as unknown as { description: { algorithm: string }; typed: string };
        const slipped = typed.replace("w69H", "w69J");
        equal((await failure(pkg, () => pkg.RecoveryKey.fromText(slipped))).code, "recovery-key-parity");
        equal(pkg.RecoveryKey.repair(slipped, { keyCheck: description })?.text, typed);
        const { algorithm } = description;
        equal((await failure(pkg, () => pkg.RecoveryKey.repair(slipped, { keyCheck: { algorithm } }))).code, "invalid-description");
      },
    },
    {
      name: "what is no key, public or private, is refused",
      run: async () => {
        equal((await failure(pkg, () => pkg.RecoveryKey.fromSecret(utf8("AAAA")))).code, "invalid-private-key");
        equal((await failure(pkg, () => pkg.RecoveryKey.repair("x", { publicKey: "AAAA" }))).code, "invalid-public-key");
        const derive = (bits: number, iterations: number) => () =>
          pkg.RecoveryKey.fromPassphrase("p", { salt: "s", iterations, bits }, { maxRounds: 10 });
        equal(await failure(pkg, derive(128, 1)), { code: "unsupported-key-length", details: { bits: 128 } });
        for (const rounds of [0, 11]) {
          equal(await failure(pkg, derive(256, rounds)), {
            code: "rounds-out-of-range",
            details: { rounds, floor: 1, ceiling: 10 },
          });
        }
      },
    },
  ];
}
