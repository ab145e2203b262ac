// What a key file is and what is in it, told on this device alone.
import { openKeyFile, publicKeys, sealKeyFile, session } from "../../fixtures/key-file.js";
import { expect, test } from "../../fixtures/test.js";
import { readZip } from "../../fixtures/zip.js";
import { KeyFilePage, NEW_PASSPHRASE } from "../../pages/key-file-page.js";

const PASSPHRASE = "correct horse battery staple";
const KITCHEN = "!kitchen:example.org";
const WORK = "!work:example.org";

test("with the network off a file is looked at, opened, searched, merged, sealed anew and saved, and nothing is asked of anyone", async ({
  page, context, complaints,
}) => {
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  await host.close();
  await context.setOffline(true);

  const [shared, other] = publicKeys(2) as [Buffer, Buffer];
  const bad = { ...session(WORK, 3), sender_key: 5 };
  const first = sealKeyFile([session(KITCHEN, 7, shared), session(KITCHEN, 90), bad, session(WORK, 4, other)], PASSPHRASE, 120_000);
  await keyFile.pick(first);
  await keyFile.expectHeading("Type its passphrase");
  const facts = page.getByRole("listitem").filter({ hasText: "element-keys.txt" });
  await expect(facts).toContainText(/Key file · 2(\.\d)? KB · \d+ \w+ 20\d\d/);
  await expect(page.getByText("The passphrase is hashed 120,000 times, which takes less than a second on this device.")).toBeVisible();

  await keyFile.type("correct horse");
  await expect(keyFile.problem).toContainText("This passphrase does not open the file.");
  await expect(page.getByLabel("Passphrase of the file", { exact: true }), "what was typed is still there").toHaveValue("correct horse");
  await keyFile.type(PASSPHRASE);
  await keyFile.expectHeading("3 message keys from 2 rooms.");
  const rooms = await keyFile.rooms();
  expect(rooms[0]).toContain(`${KITCHEN}\n\n2 message keys · from index 7 (oldest) to 90 (newest)`);
  expect(rooms[1]).toContain(`${WORK}\n\n1 message key · from index 4`);
  await expect(page.getByText("1 could not be read.")).toBeVisible();
  await page.getByText("See which and why").click();
  await expect(page.getByText(`Key 3: ${WORK}`)).toBeVisible();
  await expect(page.getByText("Its field “sender_key” is not what it must be.")).toBeVisible();

  const search = page.getByLabel("Search", { exact: true });
  const foundKeys = page.getByRole("list", { name: "Message keys that were found" }).getByRole("listitem");
  await search.fill("KITCH");
  await expect(page.getByText("1 of 2 rooms · 0 message keys")).toBeVisible();
  expect(await keyFile.rooms()).toHaveLength(1);
  const id = shared.toString("base64");
  await search.fill(` ${id}`);
  await expect(page.getByText("0 of 2 rooms · 1 message key")).toBeVisible();
  await expect(foundKeys).toHaveCount(1);
  await expect(foundKeys).toContainText(id.replace("=", ""));
  await expect(foundKeys).toContainText(`${KITCHEN} · from index 7 · sender’s key AwMDAwMD`);
  await search.fill("AwMDAwMD");
  await expect(page.getByText("0 of 2 rooms · 3 message keys"), "all of one sender").toBeVisible();
  await expect(foundKeys).toHaveCount(3);
  await search.fill("zz");
  await expect(page.getByText("No room has this in its id. Type at least four characters")).toBeVisible();
  await expect(foundKeys, "too short a text").toHaveCount(0);
  await search.fill("nowhere");
  await expect(page.getByText("Nothing found: no room id, session id or sender’s key has this in it.")).toBeVisible();

  await keyFile.add();
  await keyFile.openFile(sealKeyFile([session(KITCHEN, 2, shared), session(WORK, 9, other), session("!new:example.org", 0)], "two"), "two");
  await keyFile.expectHeading("4 message keys from 3 rooms.");
  await expect(page.getByText("1 new, 1 better than before, 1 already there.")).toBeVisible();

  await page.getByRole("button", { name: "Save as a new key file" }).click();
  await keyFile.expectHeading("Seal 4 message keys anew");
  await keyFile.seal();
  await keyFile.expectHeading("4 message keys sealed in a new file.");
  const saved = await keyFile.save("message-keys.txt");
  const opened = openKeyFile(saved.text, NEW_PASSPHRASE);
  expect(opened.rounds).toBe(500_000);
  const found = opened.sessions.map((one) => [one.room_id, Buffer.from(one.session_key, "base64").readUInt32BE(1)]);
  expect(found).toEqual([[KITCHEN, 90], [WORK, 4], [KITCHEN, 2], ["!new:example.org", 0]]);
  expect(saved.text.split("\n").every((line) => line.length <= 128)).toBe(true);

  const asked = requests.filter((url) => !url.startsWith("blob:"));
  expect(asked, "requests since the page was loaded").toEqual([]);
});

test("each room goes into a file of its own, and one room alone", async ({ page, complaints }) => {
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  await keyFile.openFile(sealKeyFile([session(KITCHEN, 1), session(WORK, 2), session(KITCHEN, 3)], PASSPHRASE), PASSPHRASE);
  await keyFile.expectHeading("3 message keys from 2 rooms.");
  await page.getByRole("button", { name: "Save as a new key file" }).click();
  await page.getByLabel("One file for each of 2 rooms").check();
  await keyFile.seal();
  await keyFile.expectHeading("3 message keys sealed in 2 new files.");
  const zip = readZip((await keyFile.saveBytes("message-keys by room.zip")).bytes);
  const [kitchen, work] = [KITCHEN, WORK].map((room) => `message-keys ${room.replace(":", "_")}.txt`) as [string, string];
  expect([...zip.keys()].sort()).toEqual([kitchen, work, "rooms.csv"]);
  expect(zip.get("rooms.csv")?.toString()).toBe(`file,room_id,message_keys\r\n"${kitchen}","${KITCHEN}",2\r\n"${work}","${WORK}",1\r\n`);
  for (const [room, indexes] of [[KITCHEN, [1, 3]], [WORK, [2]]] as const) {
    const saved = await keyFile.save(`message-keys ${room.replace(":", "_")}.txt`);
    expect(zip.get(saved.name)?.toString(), "the same in the zip").toBe(saved.text);
    const { sessions } = openKeyFile(saved.text, NEW_PASSPHRASE);
    expect(sessions.map((one) => one.room_id)).toEqual(indexes.map(() => room));
    expect(sessions.map((one) => Buffer.from(one.session_key, "base64").readUInt32BE(1))).toEqual(indexes);
  }
  await page.getByRole("button", { name: "Back to the keys" }).click();
  await page.getByRole("button", { name: `Save the keys of ${WORK}` }).click();
  await keyFile.expectHeading("Seal 1 message key anew");
  await keyFile.seal();
  const alone = openKeyFile((await keyFile.save("message-keys !work_example.org.txt")).text, NEW_PASSPHRASE);
  expect(alone.sessions.map((one) => one.room_id)).toEqual([WORK]);

  await page.getByRole("button", { name: "Back to the keys" }).click();
  await page.getByRole("button", { name: "Save as a new key file" }).click();
  await keyFile.keepOtherwise();
  await keyFile.seal();
  await expect(keyFile.problem).toContainText("The new file did not have what it should when it was opened again, so you cannot save it.");
  await keyFile.expectHeading("Seal 3 message keys anew");
  await expect(page.getByRole("button", { name: /^Save ‘/ }), "nothing to save").toHaveCount(0);
  await host.close();
});

test("what does not belong here is called by its name, and said where it does", async ({ page, complaints }) => {
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  const whole = sealKeyFile([session(KITCHEN, 1)], PASSPHRASE);
  const refused = async (what: RegExp, where: RegExp): Promise<void> => {
    await expect(keyFile.problem).toContainText(what);
    await expect(keyFile.problem).toContainText(where);
    await expect(keyFile.problem).toContainText("Nothing left this device");
  };
  await keyFile.paste("EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UK4d");
  await refused(/This is a recovery key of your messenger/, /Type it in your messenger/);
  await expect(page.getByLabel("The text, from its first line to its last"), "a secret does not stay").toHaveValue("");
  await keyFile.pick(whole.slice(0, -60));
  await refused(/This file is incomplete: its end is missing\. The passphrase is not the problem\./, /another copy/);
  await keyFile.pick("{}");
  await refused(/JSON/, /BEGIN MEGOLM SESSION DATA/);
  await keyFile.pick("PK\u0003\u0004 and more", "work.zip");
  await refused(/This is a zip/, /page for personas/);
  await expect(page.getByRole("link", { name: "Go to my personas" })).toHaveAttribute("href", /\/persona$/);
  await keyFile.paste(whole);
  await keyFile.type(PASSPHRASE);
  await keyFile.expectHeading("1 message key from 1 room.");

  await keyFile.add();
  await keyFile.pick(JSON.stringify([session(WORK, 5), { ...session(WORK, 6), session_key: "AQ" }], null, 2), "keys.json");
  await keyFile.expectHeading("These message keys have no lock");
  await expect(page.getByText("Not encrypted: anyone who has this file can read your messages.")).toBeVisible();
  await page.getByRole("button", { name: "Open file" }).click();
  await keyFile.expectHeading("2 message keys from 2 rooms.");
  await expect(page.getByText("A file that is open here is not encrypted.")).toBeVisible();
  await expect(page.getByText("1 could not be read.")).toBeVisible();
  await page.getByRole("button", { name: "Save as a new key file" }).click();
  await keyFile.seal();
  const sealed = openKeyFile((await keyFile.save("message-keys.txt")).text, NEW_PASSPHRASE);
  expect(sealed.sessions.map((one) => one.room_id), "sealed with the others").toEqual([KITCHEN, WORK]);
  await host.close();
});

test("a file that asks for very many rounds is opened only if the person says so, and that can be cancelled", async ({ page, complaints }) => {
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  await keyFile.pick(sealKeyFile([session(KITCHEN, 1)], PASSPHRASE, 0xffff_ffff));
  await expect(page.getByText(/^Opening this file would take about [\d,]+ (hours|minutes)\.$/)).toBeVisible();
  await expect(page.getByText("would be hashed 4,294,967,295 times")).toBeVisible();
  await expect(page.getByLabel("Passphrase of the file", { exact: true }), "not asked for yet").toHaveCount(0);
  await page.getByRole("button", { name: "Open it all the same" }).click();
  await keyFile.type(PASSPHRASE);
  await keyFile.expectHeading("Hashing the passphrase");
  await expect(page.getByText(/^About [\d,]+ (hours|minutes) left$/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await keyFile.expectHeading("Type its passphrase");
  await page.getByRole("button", { name: "Choose another file" }).first().click();
  await keyFile.openFile(sealKeyFile([session(KITCHEN, 1)], PASSPHRASE), PASSPHRASE);
  await keyFile.expectHeading("1 message key from 1 room.");
  await host.close();
});

test("what is cancelled before its worker has started is asked of nobody, and the next file has a worker of its own", async ({ page, complaints }) => {
  await page.addInitScript(() => {
    const told: string[] = ((globalThis as unknown as { told: string[] }).told = []);
    const { postMessage, terminate } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      told.push(message[0] instanceof WebAssembly.Module ? "program" : "request");
      (postMessage as (...message: unknown[]) => void).apply(this, message);
    };
    Worker.prototype.terminate = function (this: Worker) {
      told.push("end");
      terminate.apply(this);
    };
  });
  const told = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  let start = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (start = resolve));
  await page.route(/keyhaven-key-worker-[0-9a-f]+_bg\.wasm$/, async (route) => {
    await waiting;
    await route.continue();
  });
  const { keyFile, host } = await KeyFilePage.openAtOnce(page, (origin) => complaints.allowOrigin(origin));
  await keyFile.pick(sealKeyFile([session(KITCHEN, 1)], PASSPHRASE));
  await keyFile.expectHeading("Looking at the file");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { name: "Looking at the file" })).toHaveCount(0);
  start();
  await expect.poll(told).toEqual(["program", "end"]);
  await keyFile.openFile(sealKeyFile([session(WORK, 1)], PASSPHRASE), PASSPHRASE);
  await keyFile.expectHeading("1 message key from 1 room.");
  expect(await told()).toEqual(["program", "end", "program", "request", "request"]);
  await host.close();
});

test("cancelling the second file keeps what the first one brought", async ({ page, complaints }) => {
  const { keyFile, host } = await KeyFilePage.open(page, (origin) => complaints.allowOrigin(origin));
  await keyFile.openFile(sealKeyFile([session(KITCHEN, 1)], PASSPHRASE), PASSPHRASE);
  await keyFile.expectHeading("1 message key from 1 room.");
  await keyFile.add();
  // Some seconds of hashing, and not more: a browser cannot stop what it has begun.
  await keyFile.openFile(sealKeyFile([session(WORK, 1)], PASSPHRASE, 9_999_999), PASSPHRASE);
  await page.getByRole("button", { name: "Cancel" }).click();
  await keyFile.expectHeading("Type its passphrase");
  await page.getByRole("button", { name: "Choose another file" }).click();
  await page.getByRole("button", { name: "Back to the keys" }).click();
  await keyFile.expectHeading("1 message key from 1 room.");
  await page.getByRole("button", { name: "Save as a new key file" }).click();
  await keyFile.seal();
  const saved = openKeyFile((await keyFile.save("message-keys.txt")).text, NEW_PASSPHRASE);
  expect(saved.sessions.map((one) => one.room_id)).toEqual([KITCHEN]);
  await page.getByRole("button", { name: "Back to the keys" }).click();
  await keyFile.expectHeading("1 message key from 1 room.");
  await host.close();
});
