// A browser takes ten downloads in a row and drops the eleventh without a word. So all that came back is one of them.
import { randomBytes } from "node:crypto";

import { LinearMemory } from "../../fixtures/linear-memory.js";
import { readZip } from "../../fixtures/zip.js";
import { expect, test } from "../../fixtures/test.js";

const NAMES = ["Work", "work", "WORK.txt", "Ärzte", "ärzte", "a/b", "a:b", "..", "CON", "6", "7", "8"];

test("twelve personas in one zip, each byte for byte, whatever they are called; one by one still works", async ({ app, page }) => {
  await app.signUp();
  const files = NAMES.map((name) => ({ name, bytes: randomBytes(1_000) }));
  for (const file of files) await app.vault.store({ name: "x.bin", bytes: file.bytes }, file.name);
  await app.vault.restoreAll("12 of 12 personas restored and checked.");
  const saved = await app.vault.saveAll();
  await expect(page.getByText("Given to your browser’s downloads.")).toBeVisible();
  expect(saved.name).toBe("keyhaven-personas.zip");
  const entries = readZip(saved.bytes);
  expect(entries.size).toBe(12);
  const found = [...entries.values()].map((bytes) => bytes.toString("hex")).sort();
  expect(found).toEqual(files.map(({ bytes }) => bytes.toString("hex")).sort());
  const spellings = [...entries.keys()].map((path) => path.normalize().toLowerCase());
  expect(new Set(spellings).size, "no two take each other's place").toBe(12);
  for (const path of entries.keys()) expect(path).not.toMatch(/[/\\:]|^\.|^con$/i);

  const [work] = files;
  const one = await app.vault.save("Work");
  expect(one.name).toBe("Work");
  expect(one.bytes.equals(work?.bytes ?? Buffer.alloc(0))).toBe(true);
});

test("a single persona is saved as it is, without a zip", async ({ app, page }) => {
  await app.signUp();
  const file = { name: "work.persona", bytes: randomBytes(2_000) };
  await app.vault.store(file, "Work");
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await expect(page.getByRole("button", { name: "Save all as one zip" })).toHaveCount(0);
  expect((await app.vault.save("Work")).bytes.equals(file.bytes)).toBe(true);
});

test("what came back is not kept in the memory of the program, so that all of it fits", async ({ app, page }) => {
  const MB = 1_000_000;
  const memory = await LinearMemory.of(page);
  const ofPage = async (): Promise<number> => {
    const lengths = Object.entries(await memory.lengths()).filter(([where]) => where.startsWith("page"));
    return lengths.reduce((sum, [, length]) => sum + length, 0);
  };
  await app.signUp();
  const files = ["a", "b", "c", "d", "e", "f"].map((name) => ({ name, bytes: randomBytes(5 * MB) }));
  for (const file of files) await app.vault.store(file, file.name);
  await app.vault.restoreOne("a", "1 of 1 persona restored and checked.");
  const before = await ofPage();
  await app.vault.backToList();
  await app.vault.restoreAll("6 of 6 personas restored and checked.");
  const saved = await app.vault.saveAll();
  expect(await ofPage(), "30 MB came back").toBeLessThan(before + 10 * MB);
  const entries = readZip(saved.bytes);
  for (const file of files) expect(entries.get(file.name)?.equals(file.bytes), file.name).toBe(true);
});
