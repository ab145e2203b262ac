// "12 of 12" is a checked fact: whatever a dishonest server does to one item, that item is named, with the reason.
import { randomBytes } from "node:crypto";

import type { Page, Route } from "@playwright/test";

import { Server } from "../../fixtures/server.js";
import { expect, QUICK_DERIVATION, test as base } from "../../fixtures/test.js";
import { Client, OBJECT, type Stored, Wire } from "../../fixtures/wire.js";
import { App } from "../../pages/app.js";
import type { PersonFile } from "../../pages/vault-page.js";

const COUNT = 12;
const FILES: readonly PersonFile[] = Array.from({ length: COUNT }, (_, index) => ({
  name: `Persona ${String(index + 1).padStart(2, "0")}`,
  bytes: randomBytes(5_000 + 10_000 * index),
}));
/** The one that was stored twice, and whose first version a server may still have. */
const REPLACED = "Persona 05";
const NEWER = randomBytes(45_000);

interface Backup {
  readonly server: Server;
  /** Object ids by the person's names, which the server does not know. */
  readonly ids: ReadonlyMap<string, string>;
  /** What was stored before one persona was replaced, and at the end. */
  readonly earlier: Stored;
  readonly stored: Stored;
}

const test = base.extend<{ dishonest: Dishonest }, { backup: Backup }>({
  // Made once for the file: every test signs in to the same account and changes nothing in it.
  backup: [
    async ({ browser }, use) => {
      const server = await Server.start(QUICK_DERIVATION);
      const context = await browser.newContext();
      const wire = Wire.on(context);
      const app = App.quick(await context.newPage(), server.origin, server.mailbox);
      await app.signUp();
      const ids = new Map<string, string>();
      for (const file of FILES) {
        await app.vault.store(file, file.name);
        ids.set(file.name, wire.lastStored);
      }
      const client = new Client(server.origin, wire.authorization);
      const earlier = await client.everything();
      await app.vault.store({ name: REPLACED, bytes: NEWER }, REPLACED);
      expect(wire.lastStored, "it took the place of the first").toBe(ids.get(REPLACED));
      const stored = await client.everything();
      await context.close();
      await use({ server, ids, earlier, stored });
      await server.stop();
    },
    { scope: "worker" },
  ],

  dishonest: async ({ page, backup, complaints }, use) => {
    complaints.allowOrigin(backup.server.origin);
    await use(new Dishonest(page, backup));
  },
});

/** A server that answers something else than it stores. */
class Dishonest {
  readonly app: App;
  readonly #page: Page;
  readonly #backup: Backup;
  readonly #bytes = new Map<string, Buffer | "absent">();
  #list: Stored["list"];
  #inventory: Stored["inventory"] | undefined;

  constructor(page: Page, backup: Backup) {
    this.app = App.quick(page, backup.server.origin);
    this.#page = page;
    this.#backup = backup;
    this.#list = backup.stored.list;
  }

  id(name: string): string {
    return this.#backup.ids.get(name) ?? "";
  }

  honest(name: string): Buffer {
    return this.#backup.stored.objects.get(this.id(name)) ?? Buffer.alloc(0);
  }

  earlier(name: string): Buffer {
    return this.#backup.earlier.objects.get(this.id(name)) ?? Buffer.alloc(0);
  }

  answer(name: string, bytes: Buffer | "absent"): void {
    this.#bytes.set(this.id(name), bytes);
  }

  /** The list does not name it either. */
  omit(name: string): void {
    this.answer(name, "absent");
    this.#list = { ...this.#list, objects: this.#list.objects.filter(({ id }) => id !== this.id(name)) };
  }

  serveEarlierInventory(): void {
    this.#inventory = this.#backup.earlier.inventory;
    this.#list = { ...this.#list, inventory_version: this.#backup.earlier.list.inventory_version };
  }

  /** Signs in and restores everything from it. */
  async restoreAll(sentence: string): Promise<void> {
    await this.#page.route(OBJECT, (route) => this.#object(route));
    await this.#page.route(/\/persona\/v1\/objects$/, (route) => route.fulfill({ json: this.#list }));
    await this.#page.route(/\/persona\/v1\/inventory$/, (route) => this.#answerInventory(route));
    await this.app.signIn();
    await this.app.vault.restoreAll(sentence);
  }

  async #object(route: Route): Promise<void> {
    const answer = this.#bytes.get(new URL(route.request().url()).pathname.replace(/.*\//, ""));
    if (answer === undefined) return route.continue();
    if (answer !== "absent") return route.fulfill({ body: answer, contentType: "application/zip" });
    const failure = { code: [4, 4], message: "No such item", error: "no_such_item", request_id: "x" };
    await route.fulfill({ status: 404, json: { failure } });
  }

  async #answerInventory(route: Route): Promise<void> {
    if (this.#inventory === undefined) return route.continue();
    const { bytes, etag } = this.#inventory;
    await route.fulfill({ body: bytes, contentType: "application/zip", headers: { etag: etag ?? "" } });
  }

  /** What the browser saves is what was stored last under these names. */
  async expectSaves(files: readonly PersonFile[]): Promise<void> {
    for (const { name, bytes } of files) {
      const saved = await this.app.vault.save(name);
      expect(saved.bytes.equals(name === REPLACED ? NEWER : bytes), name).toBe(true);
    }
  }

  /** The item is named with this reason; every other one came back and was checked. */
  async expectOnly(findings: Readonly<Record<string, string | RegExp>>): Promise<void> {
    const { vault } = this.app;
    for (const { name } of FILES) {
      await expect(vault.finding(name), name).toContainText(findings[name] ?? "Restored and checked");
    }
    const list = await vault.saveList();
    for (const { name } of FILES) expect(list).toContain(name);
    expect(list).toContain(`${COUNT - Object.keys(findings).length} of ${COUNT} personas restored and checked.`);
  }
}

test.describe.configure({ mode: "default" });

test("an honest server: twelve of twelve, byte for byte", async ({ dishonest }) => {
  await dishonest.restoreAll("12 of 12 personas restored and checked.");
  await dishonest.expectOnly({});
  // Chromium hands out ten downloads of one document in a row, and drops the next without a word.
  await dishonest.expectSaves(FILES.slice(0, 6));
  await dishonest.restoreAll("12 of 12 personas restored and checked.");
  await dishonest.expectSaves(FILES.slice(6));
});

test("one that omits an item", async ({ dishonest }) => {
  dishonest.omit("Persona 03");
  await dishonest.restoreAll("11 of 12 personas restored and checked.");
  await dishonest.expectOnly({ "Persona 03": "Your list names it, but the server does not have it." });
});

test("one that lists an item and does not hand it out", async ({ dishonest }) => {
  dishonest.answer("Persona 03", "absent");
  await dishonest.restoreAll("11 of 12 personas restored and checked.");
  await dishonest.expectOnly({ "Persona 03": "Your list names it, but the server does not have it." });
});

test("one that swaps two items", async ({ dishonest }) => {
  dishonest.answer("Persona 01", dishonest.honest("Persona 02"));
  dishonest.answer("Persona 02", dishonest.honest("Persona 01"));
  await dishonest.restoreAll("10 of 12 personas restored and checked.");
  const reason = "The server has something else in its place. It was not used.";
  await dishonest.expectOnly({ "Persona 01": reason, "Persona 02": reason });
});

test("one that truncates an item at a chunk, and another in the middle of one", async ({ dishonest }) => {
  const whole = dishonest.honest("Persona 12");
  dishonest.answer("Persona 12", whole.subarray(0, whole.length - 70_000));
  const other = dishonest.honest("Persona 02");
  dishonest.answer("Persona 02", other.subarray(0, 1_000));
  await dishonest.restoreAll("10 of 12 personas restored and checked.");
  const reason = "It is incomplete: its end is missing. It was not used.";
  await dishonest.expectOnly({ "Persona 12": reason, "Persona 02": reason });
});

test("one that changes a single bit", async ({ dishonest }) => {
  const altered = Buffer.from(dishonest.honest("Persona 07"));
  const middle = altered.length >> 1;
  altered.writeUInt8(altered.readUInt8(middle) ^ 1, middle);
  dishonest.answer("Persona 07", altered);
  await dishonest.restoreAll("11 of 12 personas restored and checked.");
  await dishonest.expectOnly({ "Persona 07": "It was altered: it does not open with your key. It was not used." });
});

test("one that serves nothing at all, and something of another program", async ({ dishonest }) => {
  dishonest.answer("Persona 08", Buffer.alloc(0));
  dishonest.answer("Persona 09", Buffer.from("hello"));
  await dishonest.restoreAll("10 of 12 personas restored and checked.");
  await dishonest.expectOnly({ "Persona 08": /It was not used/, "Persona 09": /It was not used/ });
});

test("one that serves an older version of an item", async ({ dishonest }) => {
  dishonest.answer(REPLACED, dishonest.earlier(REPLACED));
  await dishonest.restoreAll("11 of 12 personas restored and checked.");
  await dishonest.expectOnly({ [REPLACED]: "Only an older version came back (number 1); your list names number 2." });
  // It is whole, so it can be had, under a name that cannot be taken for the newest.
  const saved = await dishonest.app.vault.save(`${REPLACED} (older)`);
  expect(saved.bytes.equals(FILES[4]?.bytes ?? Buffer.alloc(0))).toBe(true);
});

test("one that serves an older inventory to a device that knows nothing yet", async ({ dishonest }) => {
  dishonest.serveEarlierInventory();
  await dishonest.restoreAll("11 of 12 personas restored and checked.");
  await dishonest.expectOnly({ [REPLACED]: "A newer version came back (number 2) than your list names (number 1)." });
});

test("one that does several of these at once", async ({ dishonest }) => {
  dishonest.omit("Persona 01");
  dishonest.answer("Persona 02", dishonest.honest("Persona 03"));
  dishonest.answer("Persona 04", dishonest.honest("Persona 04").subarray(0, 1_000));
  dishonest.answer(REPLACED, dishonest.earlier(REPLACED));
  await dishonest.restoreAll("8 of 12 personas restored and checked.");
  await dishonest.expectOnly({
    "Persona 01": "the server does not have it",
    "Persona 02": "something else in its place",
    "Persona 04": "its end is missing",
    [REPLACED]: "older version",
  });
  // What came back can be saved all the same.
  expect((await dishonest.app.vault.save("Persona 03")).bytes.equals(FILES[2]?.bytes ?? Buffer.alloc(0))).toBe(true);
});
