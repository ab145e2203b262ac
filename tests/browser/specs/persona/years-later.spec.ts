// A locked backup waits for as long as it takes.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const FILE = { name: "work.persona", bytes: randomBytes(70_001) };
const TWO_YEARS = { days: 2 * 365 };

for (const { secret, days } of [
  { secret: "recovery code", days: 15 },
  { secret: "recovery code", days: 2 * 365 },
  { secret: "old password", days: 15 },
  { secret: "old password", days: 2 * 365 },
] as const) {
  test(`the ${secret} opens a backup that was locked for ${days} days`, async ({ app, server }) => {
    const code = await app.signUp();
    await app.vault.store(FILE, "Work");
    await app.askForLink(ADA.address);
    await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), AFTERWARDS);

    await server.letTimePass({ days });
    await app.open("/persona");
    await app.persona.signIn(AFTERWARDS);
    await app.persona.expectLocked();
    if (secret === "recovery code") await app.persona.unlockByCode(code);
    else await app.persona.unlockByOldPassword(ADA.password);

    await app.vault.expectOpen();
    await app.vault.restoreAll("1 of 1 persona restored and checked.");
    expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
    await app.signIn(AFTERWARDS);
  });
}

test("a mailed link that waited for two years is dead, and says so", async ({ app, server }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  await server.letTimePass(TWO_YEARS);
  await app.reset.follow(link, ADA.address);
  await app.reset.submitPassword(AFTERWARDS.password);
  await expect(app.persona.problem).toContainText("This link is not good any more.");
  await app.signIn(ADA);
});
