import { test } from "node:test";

import * as keyhaven from "keyhaven";

import { equal } from "../suite/check.js";
import { vectors } from "./vectors.js";

/** More than is opened in one reading. */
const BYTES = 1 << 24;

test("a file that is opened in two readings gives what a smaller one does, however it comes", async () => {
  await keyhaven.init();
  const [vector] = vectors("session", "matrix.sessions.read").filter(({ name }) => name === "plain");
  const [session] = JSON.parse(vector?.input["text"] as unknown as string) as keyhaven.ExportedSession[];
  if (session === undefined) throw new Error("no session");
  const sessions = Array.from({ length: 25_000 }, (_, at) => ({ ...session, room_id: `!${at}:example.org` }));
  const sealed = await keyhaven.sealKeyFile(sessions, "p", { rounds: 100_000 });
  equal(sealed.length > BYTES, true, `${sealed.length} bytes`);
  const text = Buffer.from(sealed).toString();
  for (const file of [sealed, text, new Blob([text])]) {
    const opened = await keyhaven.openKeyFile(file, "p");
    equal([opened.rounds, opened.skipped], [100_000, []]);
    equal(opened.sessions.length, sessions.length);
    equal(opened.sessions.every(({ room_id }, at) => room_id === `!${at}:example.org`), true, "each in its place");
    equal(opened.sessions.at(-1), sessions.at(-1));
  }
  const wrong = await keyhaven.openKeyFile(sealed, "q").catch((error: unknown) => error as keyhaven.KeyhavenError);
  equal((wrong as keyhaven.KeyhavenError).code, "wrong-passphrase-or-damaged");
  const damaged = text.replace(/.(?=.{9}\n-----END)/, (letter) => (letter === "A" ? "B" : "A"));
  const found = await keyhaven.openKeyFile(damaged, "p").catch((error: unknown) => error as keyhaven.KeyhavenError);
  equal((found as keyhaven.KeyhavenError).code, "wrong-passphrase-or-damaged");
});
