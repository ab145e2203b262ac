/** Password, what it derives, recovery code and what was restored are nowhere in the memory of the wasm once everything was freed. */

import { after, test } from "node:test";

import type { LockedPersonaBackup, PersonaBackup, PersonaServer, PersonaSetUp } from "keyhaven/persona";

import { equal, utf8 } from "../suite/check.js";
import { found, startOf } from "./memory.js";
import { keysOf } from "./persona-keys.js";
import { Server } from "./persona-server.js";

const running = await Server.start();
after(() => running.stop());

test("persona: nothing secret is left after everything was freed", async () => {
  const { pkg, memory } = await startOf("keyhaven/persona", "persona");
  let token = "";
  const sent: string[] = [];
  const server: PersonaServer = {
    url: running.url,
    fetch: (url, init) => {
      token = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) ?? token;
      if (typeof init.body === "string" || init.body instanceof Uint8Array) sent.push(Buffer.from(init.body as Uint8Array).toString());
      return fetch(url, init);
    },
  };
  const [address, password, second] = ["ada@example.org", "a password that stands nowhere else", "another one that does not either"];
  const setUp = (await pkg.PersonaBackup.signUp(server, address, password)) as PersonaSetUp;
  const code = setUp.recoveryCode;
  const groups = code.split(" ");
  const [first, last] = setUp.groups.map((group) => groups[group - 1] ?? "") as [string, string];
  const backup = await setUp.confirm(first, last);
  await running.confirm(address);
  await backup.store({ name: "keys", content: utf8("a content that stands nowhere else") });
  const { personas } = await backup.restore();
  equal(Buffer.from(personas[0]?.content ?? []).toString(), "a content that stands nowhere else");
  const session = { "the session": token };
  equal(found(memory, session), ["the session"], "while the backup is open");
  backup.free();
  equal(found(memory, session), [], "after it was freed");
  await pkg.PersonaBackup.askForReset(server, address);
  await pkg.PersonaBackup.finishReset(server, await running.link(address, "reset"), second);
  const locked = (await pkg.PersonaBackup.signIn(server, address, second)) as LockedPersonaBackup;
  await locked.unlockWithOldPassword("not this one").catch(() => undefined);
  ((await locked.unlock(code)) as PersonaBackup).free();
  const secrets = {
    "the password": password,
    "the second password": second,
    "the code": code,
    "the code in one": code.replaceAll(" ", ""),
    "the end of the code": groups.slice(5).join(" "),
    "the content": "a content that stands nowhere else",
  };
  equal(found(memory, secrets), []);
  for (const typed of [password, second]) {
    const keys = await keysOf(running.url, address, typed);
    equal(sent.some((body) => body.includes(keys.sent)), true, `what "${typed}" derives is what was sent`);
    equal(found(memory, keys.secrets), [], `what "${typed}" derives`);
  }
});
