// A file, a folder, a zip: stored from the disk, and back on the disk as they were.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readZip } from "../../fixtures/zip.js";
import { expect, test } from "../../fixtures/test.js";

test("a folder comes back as a zip with every file in its place", async ({ app }) => {
  const home = await mkdtemp(join(tmpdir(), "keyhaven-folder-"));
  const files = new Map([
    ["persona.json", Buffer.from('{"name":"Ada"}')],
    ["keyring/secrets.json", randomBytes(30_000)],
    ["keyring/deep/er/żółć 🔑.bin", randomBytes(1)],
    ["empty.txt", Buffer.alloc(0)],
  ]);
  try {
    for (const [path, bytes] of files) {
      await mkdir(join(home, "Ada", path, ".."), { recursive: true });
      await writeFile(join(home, "Ada", path), bytes);
    }
    await app.signUp();
    await app.vault.pickFolder(join(home, "Ada"));
    await expect(app.vault.nameField, "the folder's name is suggested").toHaveValue("Ada");
    await app.vault.submit("Ada");
    await app.vault.expectStored("Ada");
    await app.vault.restoreAll("1 of 1 persona restored and checked.");
    const saved = await app.vault.save("Ada.zip");
    expect(saved.name).toBe("Ada.zip");
    const entries = readZip(saved.bytes);
    expect([...entries.keys()].sort()).toEqual([...files.keys()].sort());
    for (const [path, bytes] of files) expect(entries.get(path)?.equals(bytes), path).toBe(true);
  } finally {
    await rm(home, { recursive: true });
  }
});

test("a zip is a file like any other, and a single one can be restored", async ({ app }) => {
  const zip = { name: "ada.zip", bytes: Buffer.concat([Buffer.from("PK\x03\x04"), randomBytes(65_536)]) };
  await app.signUp();
  await app.vault.store(zip, "ada.zip");
  await app.vault.store({ name: "b", bytes: randomBytes(5_000) }, "b");
  await app.vault.restoreOne("ada.zip", "1 of 1 persona restored and checked.");
  const saved = await app.vault.save("ada.zip");
  expect(saved.name).toBe("ada.zip");
  expect(saved.bytes.equals(zip.bytes)).toBe(true);
});

test("sizes at the edges of chunks and padding come back byte for byte", async ({ app }) => {
  await app.signUp();
  const files = [1, 4_095, 4_096, 65_528, 65_536, 65_537, 131_072].map((size) => ({ name: `${size}.bin`, bytes: randomBytes(size) }));
  for (const file of files) await app.vault.store(file, file.name);
  await app.vault.restoreAll("7 of 7 personas restored and checked.");
  for (const { name, bytes } of files) expect((await app.vault.save(name)).bytes.equals(bytes), name).toBe(true);
});

test("names that a file system refuses are made safe when saved, and two of one name stay two files", async ({ app, page }) => {
  await app.signUp();
  const names = ["../../etc/passwd", ".hidden", "a/b\\c:d*e?f\"g<h>i|j", "<script>alert(1)</script>"];
  for (const name of names) await app.vault.store({ name: "x.bin", bytes: Buffer.from(name) }, name);
  await app.vault.restoreAll("4 of 4 personas restored and checked.");
  const buttons = page.getByRole("button", { name: /^Save ‘/ });
  await expect(buttons, "one in each row").toHaveCount(4);
  const seen = new Set<string>();
  for (let index = 0; index < names.length; index += 1) {
    const download = page.waitForEvent("download");
    await buttons.nth(index).click();
    const name = (await download).suggestedFilename();
    expect(name).not.toMatch(/[/\\:*?"<>|]|^\./);
    seen.add(name);
  }
  expect(seen.size).toBe(4);
  await expect(page.getByText("<script>alert(1)</script>", { exact: true }).first()).toBeVisible();
});

test("storing a file of the same name again takes its place, or stands beside it, as the person says", async ({ app, page }) => {
  await app.signUp();
  await app.vault.store({ name: "Work", bytes: Buffer.from("first") }, "Work");
  await app.vault.store({ name: "Work", bytes: Buffer.from("second") }, "Work");
  await expect(app.vault.card("Work")).toHaveCount(1);
  await app.vault.pick({ name: "Work", bytes: Buffer.from("third") });
  await page.getByRole("checkbox", { name: /^Store it in place of the one with the same name/ }).uncheck();
  await app.vault.submit("Work");
  await expect(app.vault.card("Work")).toHaveCount(2);
  await app.vault.restoreAll("2 of 2 personas restored and checked.");
});

test("only what the person was asked about is replaced, whatever name is typed", async ({ app, page }) => {
  await app.signUp();
  await app.vault.store({ name: "Work", bytes: Buffer.from("first") }, "Work");
  const box = page.getByRole("checkbox", { name: /^Store it in place of the one with the same name/ });
  // Named otherwise, it stands beside the one whose name the file has.
  await app.vault.pick({ name: "Work", bytes: Buffer.from("second") });
  await expect(box).toBeChecked();
  await page.getByLabel("Name", { exact: true }).fill("Other");
  await expect(box, "the question was about another name").toHaveCount(0);
  await app.vault.submit("Other");
  await expect(app.vault.card("Other")).toHaveCount(1);
  await expect(app.vault.card("Work")).toHaveCount(1);
  // Given a name that is taken, it is asked about before anything is sent.
  await app.vault.pick({ name: "third.bin", bytes: Buffer.from("third") });
  await expect(box).toHaveCount(0);
  await app.vault.submit("Work");
  await expect(box).toBeChecked();
  await expect(box, "the question is where the person is").toBeFocused();
  await box.uncheck();
  await app.vault.submit("Work");
  await expect(app.vault.card("Work")).toHaveCount(2);
  await app.vault.restoreAll("3 of 3 personas restored and checked.");
});

test("what could not be stored need not be picked and named again", async ({ app, page, complaints }) => {
  await app.signUp();
  await page.route(/\/persona\/v1\/objects\//, (route) => route.abort());
  await app.vault.pick({ name: "x.bin", bytes: Buffer.from("content") });
  await app.vault.submit("Named with care");
  await expect(app.persona.problem).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Named with care");
  await page.unroute(/\/persona\/v1\/objects\//);
  complaints.expect(/ERR_FAILED|Failed to load/);
  await page.getByRole("button", { name: "Encrypt and store" }).click();
  await expect(app.vault.card("Named with care")).toHaveCount(1);
});

test("too large, and empty: refused before anything is sent", async ({ app, page }) => {
  await app.signUp();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await app.vault.pick({ name: "big.bin", bytes: Buffer.alloc(10 * 1024 * 1024 + 1) });
  await expect(app.persona.problem).toContainText("Nothing was sent, and what is stored is unchanged.");
  await expect(app.persona.problem).toContainText(/One persona can have/);
  await app.vault.pick({ name: "empty.bin", bytes: Buffer.alloc(0) });
  await expect(app.persona.problem).toContainText("This file is empty.");
  expect(requests).toEqual([]);
});

test("the largest that the page says it takes is taken", async ({ app, page }) => {
  await app.signUp();
  const hint = await page.getByText(/Up to [\d.,]+ MB/).innerText();
  const max = Number(/Up to ([\d.]+) MB/.exec(hint)?.[1]) * 1024 * 1024;
  expect(max).toBeGreaterThan(9 * 1024 * 1024);
  const bytes = randomBytes(Math.floor(max));
  await app.vault.store({ name: "large.bin", bytes }, "Large");
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Large")).bytes.equals(bytes)).toBe(true);
});

test("the room that is used follows each store and each deletion", async ({ app, page }) => {
  await app.signUp();
  const used = page.getByText(/ of 1 GB used, earlier versions included$/);
  await expect(used).toHaveText(/^0 bytes of/);
  await app.vault.store({ name: "a", bytes: randomBytes(300_000) }, "One");
  await expect(used).toHaveText(/^(29|30)\d KB of/);
  await app.vault.store({ name: "b", bytes: randomBytes(300_000) }, "Two");
  await expect(used).toHaveText(/^(58|59|60)\d KB of/);
});
