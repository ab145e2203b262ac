// No secret outlives its use: after everything that a person does, the memories of page and workers are searched for every
// password, code, key and token.
import { randomBytes } from "node:crypto";

import { DerivedKeys } from "../../fixtures/derived-keys.js";
import { code, LinearMemory, password, TravellingSecrets } from "../../fixtures/linear-memory.js";
import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const FILE = { name: "work.persona", bytes: randomBytes(100_003) };

test("after signing up, storing and signing out nothing secret is left in any memory", async ({ page, app, server }) => {
  const memory = await LinearMemory.of(page);
  const travelling = new TravellingSecrets(page);
  const derived = new DerivedKeys(page);
  const groups = await app.signUp();
  await app.vault.store(FILE, "Work");

  const keys = await derived.secrets([ADA.password], [groups], server.origin);
  const found = (await memory.search(keys)).map(({ secret }) => secret);
  expect(found, "control: what an open backup needs is found").toContain("backup key");
  const token = travelling.all.filter(({ name }) => name === "session token as text");
  expect(token.length, "a session was opened").toBeGreaterThan(0);
  expect(await memory.search(token), "control: what is in use is found").not.toEqual([]);
  const lengths = await memory.lengths();
  expect(Object.keys(lengths).filter((where) => where.startsWith("ended worker")).length, "workers that derived a key").toBeGreaterThan(0);
  for (const [where, bytes] of Object.entries(lengths)) expect(bytes, where).toBeGreaterThan(65_535);

  await app.vault.signOut();
  const secrets = [password("password", ADA.password), ...code(groups), ...keys, ...travelling.all];
  expect(secrets.length, "passwords, codes, keys, proofs, tokens").toBeGreaterThan(10);
  expect(await memory.search(secrets)).toEqual([]);
});

test("after a reset, and after unlocking by code and signing out, nothing secret is left in any memory", async ({ page, app, server }) => {
  const memory = await LinearMemory.of(page);
  const travelling = new TravellingSecrets(page);
  const derived = new DerivedKeys(page);
  const groups = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.signOut();
  const keys = await derived.secrets([ADA.password], [groups], server.origin);
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  await app.reset.follow(link, ADA.address);
  await app.reset.choosePassword(AFTERWARDS.password);
  const passwords = [password("old password", ADA.password), password("new password", AFTERWARDS.password)];
  expect(await memory.search([...passwords, ...keys, ...travelling.all]), "on the page of the reset").toEqual([]);

  await app.reset.goOnToSignIn();
  await app.persona.signIn(AFTERWARDS);
  await app.persona.expectLocked();
  await app.persona.unlockByCode(groups);
  await app.vault.expectOpen();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await app.vault.backToList();
  const allKeys = await derived.secrets([ADA.password, AFTERWARDS.password], [groups], server.origin);
  expect(allKeys.length, "with the keys of the new password").toBeGreaterThan(keys.length);
  expect((await memory.search(allKeys)).map(({ secret }) => secret), "control: what an open backup needs is found").toContain("backup key");
  await app.vault.signOut();
  expect(await memory.search([...passwords, ...code(groups), ...allKeys, ...travelling.all]), "after signing out").toEqual([]);
});
