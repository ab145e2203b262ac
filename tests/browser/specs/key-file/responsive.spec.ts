// A big file does not make the page stop: what is heavy is done by the worker, and what it tells comes in parts.
import { writeFile } from "node:fs/promises";

import { isFullCampaign } from "../../fixtures/environment.js";
import { publicKeys, sealKeyFile, session } from "../../fixtures/key-file.js";
import { MainThread } from "../../fixtures/main-thread.js";
import { expect, MOVING, test } from "../../fixtures/test.js";
import { KeyFilePage } from "../../pages/key-file-page.js";

const PASSPHRASE = "correct horse battery staple";
const SESSIONS = isFullCampaign() ? 100_000 : 5_000;
// More of each than go into one message.
const ROOMS = 2_500;
const BAD = 2_400;
/** Most lines of one message, and the longest task that nobody notices. */
const LINES_MAX = 2_000;
const TASK_MAX_MS = 50;

test.use(MOVING);

test("no task of the page takes 50 ms of its processor while a big file is opened and searched", async ({ page, complaints }, testInfo) => {
  test.slow(isFullCampaign(), "a hundred thousand sessions");
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  const keys = publicKeys(SESSIONS - BAD);
  const good = keys.map((key, index) => session(`!room-${index % ROOMS}:example.org`, index, key));
  const bad = Array.from({ length: BAD }, (_, index) => ({ ...good[index], session_key: "AQ" }));
  // From the disk, as people have it: text would be handed through the page itself.
  const file = testInfo.outputPath("element-keys.txt");
  await writeFile(file, sealKeyFile([...good, ...bad], PASSPHRASE));

  const mainThread = await MainThread.watch(page);
  await keyFile.pickPath(file);
  await keyFile.expectHeading("Type its passphrase");
  const told = await keyFile.countToldLines();
  await keyFile.type(PASSPHRASE);
  await keyFile.expectHeading(`${(SESSIONS - BAD).toLocaleString("en")} message keys from ${ROOMS.toLocaleString("en")} rooms.`);
  await page.getByLabel("Search", { exact: true }).fill("AwMDAwMD");
  await expect(page.getByText(`0 of ${ROOMS.toLocaleString("en")} rooms · ${(SESSIONS - BAD).toLocaleString("en")} message keys`)).toBeVisible();
  await page.getByLabel("Search", { exact: true }).fill("!room-1");
  const more = page.getByRole("button", { name: "Show more rooms" });
  await more.focus();
  for (const shown of [100, 150, 200]) {
    await page.keyboard.press("Enter");
    expect(await keyFile.rooms(), "the button keeps the focus").toHaveLength(shown);
  }
  const tasks = await mainThread.end();

  // Each of the two lists came in two parts.
  expect(await told()).toEqual({ Rooms: [LINES_MAX, ROOMS - LINES_MAX], Skipped: [LINES_MAX, BAD - LINES_MAX] });
  expect(tasks.count, "tasks of the page").toBeGreaterThan(20);
  expect(tasks.longestMs, "the longest task of the page").toBeLessThanOrEqual(TASK_MAX_MS);

  const busy = await MainThread.watch(page);
  await page.evaluate(() => {
    // Twenty times as long, since other programs have the processor too.
    const end = performance.now() + 1_000;
    while (performance.now() < end);
  });
  expect((await busy.end()).longestMs, "a long task is seen").toBeGreaterThan(TASK_MAX_MS);
  await host.close();
});
