/** The whole story of a person with a messenger, by the package alone, against the running server. */

import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import * as keyhaven from "keyhaven/persona";
import type { EnteredPersona, LockedPersonaBackup, PersonaBackup, PersonaProgress, PersonaServer, PersonaSetUp } from "keyhaven/persona";

import { equal, utf8 } from "../suite/check.js";
import { Server } from "./persona-server.js";

await keyhaven.init();
const running = await Server.start();
after(() => running.stop());

const server: PersonaServer = { url: running.url };
const { PersonaBackup: Backup } = keyhaven;

const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "pässword nümber two";
const FILES = { "keys.json": utf8('{"keys":[1,2,3]}'), "empty": new Uint8Array(), "large.bin": new Uint8Array(900_000).map((_, at) => at % 251) };

function open(entered: EnteredPersona): PersonaBackup {
  equal(entered.at, "open");
  return entered as PersonaBackup;
}

/** Signs up, and types the two groups from what is shown. */
async function signUp(address: string): Promise<{ backup: PersonaBackup; code: string }> {
  const setUp = (await Backup.signUp(server, address, PASSWORD)) as PersonaSetUp;
  equal([setUp.at, setUp.isResumed, setUp.account.state], ["set-up", false, "unconfirmed"]);
  const groups = setUp.recoveryCode.split(" ");
  equal(groups.length, 9);
  const [first, second] = setUp.groups.map((group) => groups[group - 1] ?? "") as [string, string];
  await rejects(() => setUp.confirm(first, "abcd"), "wrong-groups");
  const backup = await setUp.confirm(` ${first.toUpperCase()} `, second);
  // As `using` does at the end of a block.
  setUp.free();
  return { backup, code: setUp.recoveryCode };
}

async function storeAll(backup: PersonaBackup): Promise<void> {
  for (const [name, content] of Object.entries(FILES)) await backup.store({ name, content });
}

async function restoresAll(backup: PersonaBackup): Promise<void> {
  const { complete, restored, expected, checkedAgainst, personas } = await backup.restore();
  equal([complete, restored, expected, checkedAgainst], [true, 3, 3, "inventory"]);
  const found = Object.fromEntries(personas.map(({ name, content }) => [name, Buffer.from(content ?? []).toString("hex")]));
  equal(found, Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, Buffer.from(content).toString("hex")])));
  equal(personas.map(({ finding }) => finding), ["restored", "restored", "restored"]);
}

async function rejects(run: () => Promise<unknown>, code: string): Promise<Record<string, unknown>> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof keyhaven.KeyhavenError)) throw error;
    equal(error.code, code);
    return error.details;
  }
  throw new Error(`no ${code} was thrown`);
}

test("sign up, store, and everything is back on a new device, after a reset by mail, and by the code alone", async () => {
  const address = "ada@example.org";
  const { backup, code } = await signUp(address);
  await running.confirm(address);
  await storeAll(backup);
  const { personas, checkedAgainst, account } = await backup.list();
  const unused = open(await Backup.signIn(server, address, PASSWORD));
  unused.free();
  unused.free();
  await rejects(() => unused.list(), "freed");
  equal([personas.map(({ name, standing, bytes }) => [name, standing, bytes]), checkedAgainst, account.state], [
    [
      ["empty", "listed", 0],
      ["keys.json", "listed", 16],
      ["large.bin", "listed", 900_000],
    ],
    "inventory",
    "active",
  ]);
  const remembered = backup.remembered ?? "";
  await backup.signOut();
  await rejects(() => backup.list(), "sign-in-again");
  backup.free();

  const seen: PersonaProgress[] = [];
  const device = open(await Backup.signIn({ ...server, remembered }, address.toUpperCase(), PASSWORD, { onProgress: (progress) => seen.push(progress) }));
  equal(seen.some(({ doing }) => doing === "deriving-key"), true, "the derivation is announced");
  await restoresAll(device);
  device.free();

  await Backup.askForReset(server, address);
  const link = await running.link(address, "reset");
  await Backup.finishReset(server, link, NEW_PASSWORD);
  await rejects(() => Backup.finishReset(server, link, NEW_PASSWORD), "link-spent");
  await rejects(() => Backup.signIn(server, address, PASSWORD), "wrong-credentials");

  // Two spellings of one password, and a backup that the mailbox alone does not open.
  const locked = (await Backup.signIn(server, address, NEW_PASSWORD.normalize("NFD"))) as LockedPersonaBackup;
  equal([locked.at, locked.account.state], ["locked", "unproven"]);
  await rejects(() => locked.unlockWithOldPassword("not this one"), "wrong-old-password");
  const unlocked = await locked.unlockWithOldPassword(PASSWORD);
  equal(unlocked.account.state, "active");
  await restoresAll(unlocked);
  unlocked.free();

  await rejects(() => Backup.recover(server, address, code.replace(/.$/, (last) => (last === "q" ? "p" : "q")), PASSWORD), "recovery-code");
  const recovered = open(await Backup.recover(server, address, code.replaceAll(" ", "-"), PASSWORD));
  await restoresAll(recovered);
  recovered.free();
  open(await Backup.signIn(server, address, PASSWORD)).free();
});

test("after a reset the recovery code unlocks, and another one does not", async () => {
  const address = "grace@example.org";
  const { backup, code } = await signUp(address);
  await running.confirm(address);
  await storeAll(backup);
  backup.free();
  const { code: other } = await signUp("other@example.org");
  await Backup.askForReset(server, address);
  const values = new URLSearchParams(new URL(await running.link(address, "reset")).hash.slice(1));
  const [email, resetCode] = [values.get("email") ?? "", values.get("reset_code") ?? values.get("code") ?? ""];
  await Backup.finishReset(server, { email, code: resetCode }, NEW_PASSWORD);
  let authorization = "";
  const noting: NonNullable<PersonaServer["fetch"]> = (url, init) => {
    authorization = new Headers(init.headers).get("authorization") ?? authorization;
    return fetch(url, init);
  };
  const left = (await Backup.signIn({ ...server, fetch: noting }, address, NEW_PASSWORD)) as LockedPersonaBackup;
  const asAccount = async (): Promise<number> => (await fetch(`${running.url}/persona/v1/account`, { headers: { authorization } })).status;
  equal(await asAccount(), 200);
  await left.signOut();
  equal(await asAccount(), 401);
  await rejects(() => left.unlock(code), "sign-in-again");
  left.free();

  const locked = (await Backup.signIn(server, address, NEW_PASSWORD)) as LockedPersonaBackup;
  await rejects(() => locked.unlock(other), "wrong-recovery-code");
  await rejects(() => locked.unlock("kh1 nonsense"), "recovery-code");
  const unlocked = await locked.unlock(code);
  await restoresAll(unlocked);
  unlocked.free();
  open(await Backup.signIn(server, address, NEW_PASSWORD)).free();
});

test("a restore never says that it is complete when something is missing, damaged, older or does not come", async () => {
  const { backup } = await signUp("eve@example.org");
  const ids = new Map<string, string>();
  for (const [name, content] of Object.entries({ a: utf8("a"), b: utf8("b"), c: utf8("c"), d: utf8("first"), e: utf8("e") })) {
    ids.set(name, await backup.store({ name, content }));
  }
  const path = (name: string): string => `/persona/v1/objects/${ids.get(name)}`;
  let earlier: Uint8Array | undefined;
  /** What the server lies about. */
  const lies: Record<string, (answer: Response, url: string, init: RequestInit) => Promise<Response>> = {};
  const lying: PersonaServer["fetch"] = async (url, init) => {
    const answer = await fetch(url, init);
    const lie = init.method === "GET" ? lies[new URL(url).pathname] : undefined;
    return lie === undefined ? answer : lie(answer, url, init);
  };
  const liar = open(await Backup.signIn({ ...server, fetch: lying }, "eve@example.org", PASSWORD));
  lies[path("d")] = async (answer) => new Response((earlier = new Uint8Array(await answer.arrayBuffer())));
  equal((await liar.restore({ id: ids.get("d") ?? "" })).complete, true);
  await liar.store({ name: "d", content: utf8("second") }, { replace: ids.get("d") ?? "" });

  lies[path("a")] = async (_, url, init) => fetch(url.replace(/.{4}$/, "AAAA"), init);
  lies[path("b")] = async (answer) => {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    bytes[bytes.length - 400]! ^= 1;
    return new Response(bytes);
  };
  lies[path("c")] = async () => new Response("busy", { status: 500 });
  lies[path("d")] = async () => new Response(earlier as Uint8Array<ArrayBuffer>);
  const { complete, restored, expected, personas } = await liar.restore();
  equal([complete, restored, expected], [false, 1, 5]);
  equal(
    personas.map(({ name, finding, damage, error, content }) => [name, finding, damage ?? error?.code, Buffer.from(content ?? []).toString()]),
    [
      ["a", "missing", undefined, ""],
      ["b", "damaged", "not-authentic", ""],
      ["c", "not-fetched", "server-failed", ""],
      ["d", "older", undefined, "first"],
      ["e", "restored", undefined, "e"],
    ],
  );
  liar.free();
  backup.free();
});

test("a server that goes back in time is noticed by who remembers, and not written over before somebody says so", async () => {
  const { backup } = await signUp("mallory@example.org");
  await backup.store({ name: "one", content: utf8("1") });
  const kept = new Map<string, Response>();
  const paths = ["/persona/v1/objects", "/persona/v1/inventory"];
  const back: PersonaServer["fetch"] = async (url, init) => {
    const { pathname } = new URL(url);
    if (init.method !== "GET" || !paths.includes(pathname)) return fetch(url, init);
    if (!kept.has(pathname)) kept.set(pathname, await fetch(url, init));
    return (kept.get(pathname) as Response).clone();
  };
  const old = open(await Backup.signIn({ ...server, fetch: back }, "mallory@example.org", PASSWORD));
  old.free();
  await backup.store({ name: "two", content: utf8("2") });
  const remembered = backup.remembered ?? "";
  const rolled = open(await Backup.signIn({ ...server, fetch: back, remembered }, "mallory@example.org", PASSWORD));
  equal((await rolled.list()).notices, ["went-back"]);
  await rejects(() => rolled.store({ name: "three", content: utf8("3") }), "list-went-back");
  rolled.free();
  backup.free();
});

test("what is refused says why, by a code", async () => {
  const { backup } = await signUp("carol@example.org");
  backup.free();
  await rejects(() => Backup.signUp(server, "carol@example.org", NEW_PASSWORD), "address-taken");
  await rejects(() => Backup.signIn(server, "no at sign", PASSWORD), "address-refused");
  await rejects(() => Backup.signIn(server, "a@example.org", ""), "empty-passphrase");
  await rejects(() => Backup.signIn(server, "a@example.org", "x".repeat(5000)), "passphrase-too-long");
  await rejects(() => Backup.signIn(server, "a@example.org", "\u{e0fff}"), "unknown-character");
  for (const url of ["nonsense", "ftp://example.org", "https://example.org/?q"]) {
    await rejects(() => Backup.signIn({ url }, "a@example.org", PASSWORD), "invalid-server");
  }
  const cause = new TypeError("no network");
  const offline = { ...server, fetch: () => Promise.reject(cause) };
  const error = await Backup.signIn(offline, "a@example.org", PASSWORD).catch((error: unknown) => error);
  equal([(error as keyhaven.KeyhavenError).code, (error as Error).cause === cause], ["offline", true]);
  let pieces = 0;
  const pull = (stream: ReadableStreamDefaultController): void => {
    pieces += 1;
    stream.enqueue(new Uint8Array(65_536));
  };
  const endless = { ...server, fetch: async () => new Response(new ReadableStream({ pull })) };
  equal(await rejects(() => Backup.signIn(endless, "a@example.org", PASSWORD), "bad-answer"), { effect: "none" });
  equal(pieces < 20, true, "what is too long is not read to its end");
});

test("a confirmation that was stopped can be given again, with the same code", async () => {
  const stop = new AbortController();
  const stopping: PersonaServer["fetch"] = (url, init) => {
    if (init.method === "PUT" && url.endsWith("/keys") && !stop.signal.aborted) stop.abort(new Error("enough"));
    return fetch(url, init);
  };
  const setUp = (await Backup.signUp({ ...server, fetch: stopping }, "zoe@example.org", PASSWORD)) as PersonaSetUp;
  const groups = setUp.recoveryCode.split(" ");
  const [first, second] = setUp.groups.map((group) => groups[group - 1] ?? "") as [string, string];
  const error = await setUp.confirm(first, second, { signal: stop.signal }).catch((error: unknown) => error);
  equal((error as Error).message, "enough");
  (await setUp.confirm(first, second)).free();
  open(await Backup.recover(server, "zoe@example.org", setUp.recoveryCode, NEW_PASSWORD)).free();
});

test("a call ends at once by its signal, and the backup goes on", async () => {
  const { backup } = await signUp("abe@example.org");
  const stop = new AbortController();
  /** Sends the first object nowhere, and answers only to the signal. */
  const hanging: PersonaServer["fetch"] = (url, init) => {
    if (init.method !== "PUT" || !url.includes("/objects/") || stop.signal.aborted) return fetch(url, init);
    setTimeout(() => stop.abort(new Error("enough")), 20);
    return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  };
  const device = open(await Backup.signIn({ ...server, fetch: hanging }, "abe@example.org", PASSWORD));
  const storing = device.store({ name: "x", content: utf8("x") }, { signal: stop.signal }).catch((error: unknown) => error);
  const error = await Promise.race([storing, sleep(5000, new Error("it did not end"))]);
  equal((error as Error).message, "enough");
  const aborted = await device.list({ signal: stop.signal }).catch((error: unknown) => error);
  equal((aborted as Error).message, "enough");
  const id = await device.store({ name: "y", content: utf8("y") });
  const { personas } = await device.list();
  equal(personas.map((persona) => [persona.id, persona.name, persona.standing]), [[id, "y", "listed"]]);
  device.free();
  backup.free();
});

test("calls that are begun together are done one after the other, and each has its own answer", async () => {
  const { backup } = await signUp("una@example.org");
  const paths: string[] = [];
  const noting: PersonaServer["fetch"] = (url, init) => {
    paths.push(`${init.method} ${new URL(url).pathname}`);
    return fetch(url, init);
  };
  const device = open(await Backup.signIn({ ...server, fetch: noting }, "una@example.org", PASSWORD));
  const ids = await Promise.all(["one", "two"].map((name) => device.store({ name, content: utf8(name) })));
  const [all, list, one] = await Promise.all([device.restore(), device.list(), device.restore({ id: ids[0] ?? "" })]);
  const contents = ({ personas }: keyhaven.PersonaRestore): string[] => personas.map(({ content }) => Buffer.from(content ?? []).toString());
  equal([contents(all), list.personas.map(({ name }) => name), contents(one)], [["one", "two"], ["one", "two"], ["one"]]);
  // The queue goes on after a call that fails.
  const [failed, after] = await Promise.allSettled([device.store({ name: "", content: utf8("x") }), device.list()]);
  equal([failed.status, after.status], ["rejected", "fulfilled"]);
  const stores = paths.flatMap((path, at) => (path.startsWith("PUT ") ? [at] : []));
  equal(stores.length, 2);
  equal(paths.slice(stores[0], stores[1]).some((path) => path.startsWith("GET ")), true, "the first is seen to be there before the second is sent");
  device.free();
  backup.free();
});
