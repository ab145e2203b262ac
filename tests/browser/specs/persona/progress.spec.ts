// What takes longer than half a second says what is done, how far it is, and how much longer it takes.
import { randomBytes } from "node:crypto";

import { expect, MOVING, test } from "../../fixtures/test.js";

test.use(MOVING);

test("restoring over a slow line: done of all, bytes, and the time that is left, which falls", async ({ app, page, context }) => {
  await app.signUp();
  for (const name of ["One", "Two", "Three", "Four"]) await app.vault.store({ name, bytes: randomBytes(300_000) }, name);
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: 100 * 1024, uploadThroughput: -1 });
  await page.getByRole("button", { name: "Restore all 4" }).click();
  await expect(page.getByText("Fetching what is stored")).toBeVisible();
  await expect(page.getByText(/^[0-3] of 4 personas · [\d.]+ (KB|bytes) of [\d.]+ KB$/)).toBeVisible();
  const left = page.getByText(/^About (a|\d+) seconds? left$/);
  await expect(left).toBeVisible();
  const seconds = async (): Promise<number> => Number(/\d+/.exec(await left.innerText())?.[0] ?? "1");
  const atFirst = await seconds();
  expect(atFirst).toBeLessThan(60);
  await expect.poll(seconds).toBeLessThan(atFirst);
  await expect(page.getByRole("heading", { level: 1, name: "4 of 4 personas restored and checked." })).toBeVisible();
});
