// The same for what changes and brings back: password, code and backup key on the page about the account, sealing again,
// what was deleted, the undo of a password, a recovery without mail. All keys that the account ever had are searched for.
import { randomBytes } from "node:crypto";

import { DerivedKeys } from "../../fixtures/derived-keys.js";
import { code, LinearMemory, password, type Secret, TravellingSecrets } from "../../fixtures/linear-memory.js";
import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const CHANGED = { ...ADA, password: "quiet ladder mango seven" };
const RECOVERED = { ...ADA, password: "amber fjord basket nine" };
const FILE = { name: "work.persona", bytes: randomBytes(100_003) };
const PASSWORDS = [ADA, CHANGED, RECOVERED].map((account) => password(account.password, account.password));

const isBackupKey = ({ name }: Secret): boolean => name === "backup key";

test("a new password, a new key, a new code, sealing again and bringing back leave nothing secret in any memory", async ({ page, app, server }) => {
  const memory = await LinearMemory.of(page);
  const travelling = new TravellingSecrets(page);
  const derived = new DerivedKeys(page);
  const first = await app.signUp();
  await app.vault.store(FILE, "Work");

  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, CHANGED.password);
  await app.settings.expectPasswordChanged();
  expect(await memory.search([...PASSWORDS, ...code(first)]), "after a change of password").toEqual([]);
  await app.settings.makeNewCodeAndKey(first, CHANGED.password);
  const second = await app.persona.shownCode();
  await app.persona.confirmCode(second);
  await app.settings.expectCodeAndKeyChanged();
  expect(await memory.search([...PASSWORDS, ...code(first), ...code(second)]), "after a new key").toEqual([]);
  await app.settings.makeNewCode();
  const third = await app.persona.shownCode();
  await app.persona.confirmCode(third);
  await app.settings.expectCodeChanged();
  const passwords = [ADA.password, CHANGED.password];
  const codes = [first, second, third];
  const texts = [...PASSWORDS, ...codes.flatMap(code)];
  expect(await memory.search(texts), "after a new code").toEqual([]);
  let keys = await derived.secrets(passwords, codes, server.origin);
  expect(keys.filter(isBackupKey).length, "generations of the backup key").toBe(2);
  const token = travelling.all.filter(({ name }) => name === "session token as text");
  expect(await memory.search(token), "control: what is in use is found").not.toEqual([]);
  const lengths = await memory.lengths();
  expect(Object.keys(lengths).filter((where) => where.startsWith("ended worker")).length, "workers that derived a key").toBeGreaterThan(2);

  await app.settings.openSessions();
  await app.settings.signOutEverywhere();
  await expect(app.persona.heading("Sign in")).toBeVisible();
  expect(await memory.search([...texts, ...keys, ...travelling.all]), "after signing out of the account").toEqual([]);

  await app.signIn(CHANGED);
  await app.vault.sealAgain();
  await app.vault.expectSealedAgain(1, 1);
  await app.vault.delete("Work");
  await app.vault.openDeleted(1);
  await app.vault.bringBack("Work");
  keys = await derived.secrets(passwords, codes, server.origin);
  const open = await memory.search(keys.filter(isBackupKey));
  expect(open, "control: what an open backup needs is found").not.toEqual([]);
  await app.vault.signOut();
  expect(await memory.search([...texts, ...keys, ...travelling.all]), "after sealing again and bringing back").toEqual([]);
});

test("the undo of a password and a recovery without mail leave nothing secret in any memory", async ({ page, app, server }) => {
  const memory = await LinearMemory.of(page);
  const travelling = new TravellingSecrets(page);
  const derived = new DerivedKeys(page);
  const groups = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, CHANGED.password);
  await app.settings.expectPasswordChanged();

  await app.open("/persona");
  await app.persona.putPasswordBack(ADA);
  await app.vault.expectOpen();
  await app.vault.decide(groups);
  const texts = [...PASSWORDS, ...code(groups)];
  expect(await memory.search(texts), "after the undo").toEqual([]);
  await app.vault.signOut();
  let keys = await derived.secrets([ADA.password, CHANGED.password], [groups], server.origin);
  expect(await memory.search([...texts, ...keys, ...travelling.all]), "after the undo, and after signing out").toEqual([]);

  await app.open("/persona");
  await app.persona.recover(RECOVERED, groups);
  await app.vault.expectOpen();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await app.vault.backToList();
  keys = await derived.secrets(PASSWORDS.map(({ name }) => name), [groups], server.origin);
  const open = await memory.search(keys.filter(isBackupKey));
  expect(open, "control: what an open backup needs is found").not.toEqual([]);
  expect(await memory.search(texts), "after the recovery").toEqual([]);
  await app.vault.signOut();
  expect(await memory.search([...texts, ...keys, ...travelling.all]), "after the recovery, and after signing out").toEqual([]);
});
