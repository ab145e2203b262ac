// Somebody who reads a mailbox, and has nothing else, gets no key to guess against, and destroys nothing.
import { randomBytes } from "node:crypto";

import type { BrowserContext } from "@playwright/test";

import { expect, test } from "../../fixtures/test.js";
import { Complaints } from "../../fixtures/complaints.js";
import type { Server } from "../../fixtures/server.js";
import { type Answer, Client, type Stored, Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

const THIEF = { ...ADA, password: "stolen mailbox stolen mailbox" };
const FILE = { name: "work.persona", bytes: randomBytes(70_001) };

/** Status and code of an answer. */
type Refusal = readonly [status: number, code: string];

const UNPROVEN: Refusal = [403, "account_unproven"];
const WRONG_PROOF: Refusal = [403, "wrong_proof"];
const CONFLICT: Refusal = [412, "version_conflict"];

/** What the thief has after the reset. */
interface Loot {
  readonly app: App;
  readonly wire: Wire;
  readonly session: Client;
  /** What the server takes in place of the thief's password. */
  readonly authKey: string;
}

async function steal(server: Server, context: BrowserContext): Promise<Loot> {
  const complaints = await Complaints.of(context);
  complaints.allowOrigin(server.origin);
  const wire = Wire.on(context);
  const app = App.quick(await context.newPage(), server.origin);
  await app.askForLink(ADA.address);
  await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), THIEF);
  const signIn = JSON.parse(wire.last("POST", /\/sessions$/).body.toString()) as { auth_key: string };
  return { app, wire, session: new Client(server.origin, wire.authorization), authKey: signIn.auth_key };
}

interface Account {
  readonly code: string[];
  readonly stored: Stored;
}

/** Ada stores a persona and signs out. */
async function live(app: App): Promise<Account> {
  const wire = Wire.on(app.page.context());
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  const stored = await new Client(app.origin, wire.authorization).everything();
  await app.vault.signOut();
  expect(stored.list.objects).toHaveLength(1);
  return { code, stored };
}

/** The owner still opens it, with the recovery code, and nothing is missing. */
async function expectOwnerHasEverything(app: App, code: readonly string[]): Promise<void> {
  await app.open("/persona");
  await app.persona.signIn(THIEF);
  await app.persona.unlockByCode(code);
  await app.vault.expectOpen();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
}

const random = (length: number): string => randomBytes(length).toString("base64url");

test("no wrap of the backup key is released", async ({ app, server, browser }) => {
  const { code } = await live(app);
  const context = await browser.newContext();
  const { session, authKey } = await steal(server, context);
  for (const secret of ["password", "old_password", "recovery_code"]) {
    for (const auth of [authKey, random(32)]) {
      const answer = await session.send("POST", "/persona/v1/keys/release", { json: { secret, auth } });
      expect([answer.status, failure(answer.bytes)], secret).toEqual(WRONG_PROOF);
    }
  }
  const record = await session.json<Record<string, unknown>>("/persona/v1/keys");
  expect(Object.keys(record).sort()).toEqual(["credential_epoch", "password_epoch", "version"]);
  await context.close();
  await expectOwnerHasEverything(app, code);
});

test("nothing can be overwritten, deleted or locked away over the wire", async ({ app, server, browser }) => {
  const { code, stored } = await live(app);
  const context = await browser.newContext();
  const { session, authKey } = await steal(server, context);
  const basic = new Client(server.origin, `Basic ${Buffer.from(`${ADA.address}:${authKey}`).toString("base64")}`);
  const [object] = stored.list.objects;
  const id = object?.id ?? "";
  const etag = stored.inventory.etag ?? "";
  expect(etag).toMatch(/^"\d+"$/);
  const junk = parts(randomBytes(5_000), randomBytes(5_000));
  const ifMatch = { "if-match": etag };
  const typed = { ...ifMatch, "content-type": "application/vnd.keyhaven.parts" };
  const zip = { "content-type": "application/zip" };
  const record = await session.json<{ version: number; credential_epoch: number }>("/persona/v1/keys");
  const keys = forgedRecord(record.credential_epoch);
  const keysMatch = { "if-match": `"${record.version}"` };
  const change = { current_auth_key: authKey, new_auth_key: random(32), kdf: KDF, keys: forgedRecord(record.credential_epoch + 1) };

  const tries: readonly [what: string, refusal: Refusal, send: () => Promise<Answer>][] = [
    ["overwrite", UNPROVEN, () => session.send("PUT", `/persona/v1/objects/${id}`, { body: junk, headers: typed })],
    ["replace the inventory", UNPROVEN, () => session.send("PUT", `/persona/v1/objects/${random(16)}`, { body: junk, headers: typed })],
    ["delete", UNPROVEN, () => session.send("POST", `/persona/v1/objects/${id}/delete`, { body: randomBytes(5_000), headers: { ...ifMatch, ...zip } })],
    ["undelete", UNPROVEN, () => session.send("POST", `/persona/v1/objects/${id}/undelete`, { body: randomBytes(5_000), headers: { ...ifMatch, ...zip } })],
    ["overwrite by the original wire", UNPROVEN, () => basic.send("POST", `/personas/${id}`, { body: randomBytes(50), headers: zip })],
    ["delete by the original wire", UNPROVEN, () => basic.send("DELETE", `/personas/${id}`)],
    ["new recovery code", WRONG_PROOF, () => session.send("PUT", "/persona/v1/keys", { json: keys, headers: keysMatch })],
    ["key record afresh", CONFLICT, () => session.send("PUT", "/persona/v1/keys", { json: keys, headers: { "if-none-match": "*" } })],
    ["change of password", WRONG_PROOF, () => session.send("POST", "/persona/v1/password", { json: change, headers: keysMatch })],
    ["unlock with a guessed proof", WRONG_PROOF, () => session.send("POST", "/persona/v1/unlock", { json: { unlock_proof: random(32) } })],
    ["unlock with a guessed code", WRONG_PROOF, () => session.send("POST", "/persona/v1/unlock", { json: { recovery_auth: authKey } })],
  ];
  // One after the other, so that each is refused for its own reason.
  for (const [what, refusal, send] of tries) {
    const { status, bytes } = await send();
    expect([status, failure(bytes)], what).toEqual(refusal);
  }
  const account = await session.json<{ state: string }>("/persona/v1/account");
  expect(account.state).toBe("unproven");
  expect(await session.everything(), "every byte is as it was").toEqual(stored);
  await context.close();
  await expectOwnerHasEverything(app, code);
});

test("what a thief adds by the original wire is told from what was stored", async ({ app, server, browser }) => {
  const { code, stored } = await live(app);
  const context = await browser.newContext();
  const { session, authKey } = await steal(server, context);
  const basic = new Client(server.origin, `Basic ${Buffer.from(`${ADA.address}:${authKey}`).toString("base64")}`);
  const added = await basic.send("POST", "/personas/planted", { body: Buffer.from("x"), headers: { "content-type": "application/zip" } });
  expect(added.status, "adding is allowed").toBe(200);
  const overwritten = await basic.send("POST", "/personas/planted", { body: Buffer.from("y"), headers: { "content-type": "application/zip" } });
  expect([overwritten.status, failure(overwritten.bytes)], "overwriting is not").toEqual(UNPROVEN);
  const now = await session.everything();
  expect(now.inventory).toEqual(stored.inventory);
  await context.close();

  await expectOwnerHasEverything(app, code);
  await expect(app.vault.finding("planted")).toContainText("not");
});

test("the app offers a thief nothing but the ways to unlock, none of which works", async ({ app, server, browser }) => {
  const { code } = await live(app);
  const context = await browser.newContext();
  const { app: thief, wire } = await steal(server, context);
  const buttons = await thief.page.getByRole("main").getByRole("button").allInnerTexts();
  expect(buttons.map((text) => text.split("\n")[0])).toEqual(["My recovery code", "My old password", "Later"]);
  await expect(thief.page.getByRole("main").getByText("Work")).toHaveCount(0);

  await thief.persona.unlockByOldPassword(THIEF.password);
  await expect(thief.page.getByText("This is not the last password that opened this backup. Nothing was changed.")).toBeVisible();
  await thief.page.getByRole("button", { name: "Open it another way" }).click();
  // Well-formed, and of no account.
  const other = await otherCode(thief);
  await thief.persona.unlockByCode(other);
  await expect(thief.page.getByText("it belongs to a different backup")).toBeVisible();
  await thief.page.getByRole("button", { name: "Open it another way" }).click();
  await thief.page.getByRole("button", { name: /^Later/ }).click();
  await expect(thief.persona.heading("Your backup stays locked, and safe.")).toBeVisible();
  expect(wire.all.filter(({ method, path }) => method !== "GET" && /objects|keys$|password$/.test(path.replace("/password/reset", "")))).toEqual([]);
  await context.close();
  await expectOwnerHasEverything(app, code);
});

/** The recovery code of an account that the thief makes for the purpose, in a tab of its own. */
async function otherCode(thief: App): Promise<string[]> {
  const tab = App.quick(await thief.page.context().newPage(), thief.origin);
  await tab.open("/persona");
  await tab.persona.createAccount({ ...THIEF, address: "thief@example.org" });
  const code = await tab.persona.shownCode();
  await tab.page.close();
  return code;
}

const KDF = { memory_kib: 19_456, passes: 2, lanes: 1 };

/** A key record that a thief can make: well-formed, and without the backup key. */
function forgedRecord(epoch: number): unknown {
  const wrap = { epoch, nonce: random(12), ciphertext: random(48), commitment: random(32) };
  return {
    password: { kind: "password", kdf: KDF, ...wrap },
    recovery: { kind: "recovery", kdf: null, ...wrap },
    unlock_proof: random(32),
    recovery_auth: random(32),
    new_unlock_proof: null,
  };
}

/** Length-prefixed parts. */
function parts(...bytes: Buffer[]): Buffer {
  const prefixed = bytes.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return Buffer.concat(prefixed);
}

function failure(bytes: Buffer): string {
  return (JSON.parse(bytes.toString()) as { failure: { error: string } }).failure.error;
}
