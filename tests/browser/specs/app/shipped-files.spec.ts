// Every file that is shipped, in turn, with one flipped bit: the app does not start and the page says why, or the file has
// no power over what runs, and this says which files those are.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import type { Page } from "@playwright/test";

import { appFolder, isFullCampaign } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";
import { AppFrame } from "../../pages/app-frame.js";

const ALTERED = /This page was altered on its way to you/;
const NOT_LOADED_PART = /A part of this page could not be loaded/;
/** Any of them: damage that a browser cannot unpack, or an answer that breaks off, is told as it seems. */
const REFUSED = /altered on its way to you|could not be loaded/;
/** One flip may fall into one of these, and not into both. */
const NOT_STARTED = /page has not started|altered on its way to you/;
const NO_SERVER = "This page is not ready.";
const ALTERED_OR_BLOCKED = /the page may have been altered on its way to you/;

/** What the browser runs or applies. Each page names it by hash, so none of it can differ. */
const HELD = /^(keyhaven-[a-z]+(-[a-z]+)?-[0-9a-f]+(_bg\.wasm|\.js)|style-[0-9a-f]+\.css|start-[0-9a-f]+\.js)$/;

/**
 * What no page asks for: it is for hosts and for people, and for the page about the page, which links to it. A flipped bit
 * in it changes nothing of what runs.
 */
const NOT_LOADED = ["SHA256SUMS", "_headers", "pages.json", "webcat-manifest.json"];

/** How hosts send copies, and how their names end. */
const COPIES = [
  { encoding: "br", ending: "br", unpack: brotliDecompressSync },
  { encoding: "gzip", ending: "gz", unpack: gunzipSync },
] as const;

async function shipped(): Promise<string[]> {
  const entries = await readdir(appFolder(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // Copies are chosen by the host; what the browser unpacks is held to the same hash.
  return files.map((file) => file.slice(appFolder().length + 1)).filter((file) => !/\.(gz|br)$/.test(file)).sort();
}

function flip(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

function unpacks(unpack: (bytes: Buffer) => Buffer, bytes: Buffer): Buffer | undefined {
  try {
    return unpack(bytes);
  } catch {
    return undefined;
  }
}

/** When nothing is on its way any more that could miss its host. An empty page between the hosts would cost a process each. */
async function closeAll(page: Page, hosts: readonly StaticHost[]): Promise<void> {
  await page.goto("about:blank");
  await Promise.all(hosts.map((host) => host.close()));
}

interface ShippedPage {
  /** From the top of the app, without a slash before it. */
  readonly path: string;
  readonly file: string;
  readonly html: string;
}

/** Every page that the build lists. */
async function pages(): Promise<ShippedPage[]> {
  const listed: { path: string; file: string }[] = JSON.parse(await readFile(join(appFolder(), "pages.json"), "utf8"));
  return Promise.all(listed.map(async ({ path, file }) => ({ path: path.slice(1), file, html: await readFile(join(appFolder(), file), "utf8") })));
}

test("every shipped file is of a kind that is known here", async () => {
  const icon = /^icon-[0-9a-f]+\.svg$/;
  const known = (file: string) => HELD.test(file) || NOT_LOADED.includes(file) || file === "config.json" || icon.test(file) || file.endsWith(".html");
  expect((await shipped()).filter((file) => !known(file))).toEqual([]);
});

test("a flipped bit in what runs, wherever it is, stops the page, and the page says why", async ({ page, complaints }) => {
  const held = (await shipped()).filter((file) => HELD.test(file));
  expect(held, "eight programs of two files, starter and style").toHaveLength(18);
  // The page about the page lists the parts of all pages and runs but its own.
  const runners = (await pages()).filter(({ path }) => path !== "verify");
  const hosts: StaticHost[] = [];
  for (const file of held) {
    const { length } = await readFile(join(appFolder(), file));
    const naming = runners.filter(({ html }) => html.includes(file));
    expect(naming.length, `pages that run ${file}`).toBeGreaterThan(0);
    for (const [turn, at] of [0, Math.floor(length / 2), length - 1].entries()) {
      const path = naming[turn % naming.length]?.path ?? "";
      await test.step(`bit of byte ${at} of ${file} at /${path}`, async () => {
        const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === file ? flip(bytes, at) : bytes) });
        hosts.push(host);
        complaints.allowOrigin(host.url);
        await page.goto(host.url + path);
        await new AppFrame(page).expectRefused(file.startsWith("start-") ? ALTERED_OR_BLOCKED : ALTERED);
        complaints.expect(/integrity/i);
      });
    }
  }
  await closeAll(page, hosts);
});

test("a flipped bit in the compressed copy of what runs stops the page, which stays without anywhere to type", async ({ page, complaints }) => {
  const runners = (await pages()).filter(({ path }) => path !== "verify");
  // What a browser says of a copy that cannot be unpacked is as varied as the damage.
  complaints.stopListening();
  const hosts: StaticHost[] = [];
  for (const [turn, file] of (await shipped()).filter((file) => HELD.test(file)).entries()) {
    const path = runners.find(({ html }) => html.includes(file))?.path ?? "";
    for (const { encoding, ending } of COPIES.filter((_, kind) => isFullCampaign() || kind === turn % 2)) {
      const copy = `${file}.${ending}`;
      await test.step(`${copy} at /${path}`, async () => {
        const alter = (name: string, bytes: Buffer): Buffer => (name === copy ? flip(bytes, Math.floor(bytes.length / 2)) : bytes);
        const host = await StaticHost.start(appFolder(), { encoding, alter });
        hosts.push(host);
        await page.goto(host.url + path);
        await new AppFrame(page).expectRefused(REFUSED);
      });
    }
  }
  await closeAll(page, hosts);
});

test("a flipped bit in the compressed copy of a page stops it, or changes nothing of it", async ({ page, complaints }) => {
  complaints.stopListening();
  let damaged = 0;
  for (const { path, file } of await pages()) {
    for (const { encoding, ending, unpack } of COPIES) {
      const copy = `${file}.${ending}`;
      const whole = await readFile(join(appFolder(), copy));
      const step = isFullCampaign() ? 10 : Math.ceil(whole.length / 3);
      for (let at = 0; at < whole.length; at += step) {
        if (unpacks(unpack, flip(whole, at))?.equals(unpack(whole))) continue;
        damaged += 1;
        const where = `byte ${at} of ${copy}`;
        const host = await StaticHost.start(appFolder(), { encoding, alter: (name, bytes) => (name === copy ? flip(bytes, at) : bytes) });
        // The browser has a page of its own for what it cannot unpack.
        const over = Promise.race([page.waitForEvent("load"), page.waitForEvent("requestfailed", (request) => request.isNavigationRequest())]);
        await page.goto(host.url + path, { waitUntil: "commit" }).catch(() => undefined);
        await over;
        // Where what decides whether the app starts has come, it has decided.
        const starters = await page.locator("script[data-page-integrity]").count();
        if (starters > 0) await expect(page.locator("body"), where).toContainText(NOT_STARTED, { useInnerText: true });
        await expect(page.locator('html[data-start="started"], input'), where).toHaveCount(0);
        await page.goto("about:blank");
        await host.close();
      }
    }
  }
  expect(damaged, "copies that do not unpack to the page").toBeGreaterThan(10);
});

test("a style that does not come stops the page", async ({ page, complaints }) => {
  complaints.stopListening();
  for (const how of ["missing", "cut off"] as const) {
    const host = await StaticHost.start(appFolder(), { withhold: (name) => (name.startsWith("style-") ? how : undefined) });
    await page.goto(`${host.url}persona`);
    await new AppFrame(page).expectRefused(NOT_LOADED_PART);
    await page.goto("about:blank");
    await host.close();
  }
});

/** Places in a page whose damage would do most: each with its first byte, its middle and its last. */
const TENDER = [
  "<!doctype html>",
  "<html ",
  'charset="utf-8"',
  "<title>Keyhaven</title>",
  'name="end-of-title" content="</title>"',
  'rel="stylesheet"',
  'rel="modulepreload"',
  'type="application/wasm"></head>',
  '<section id="not-started" class="not-started" role="alert">',
  'id="reason-altered" hidden>',
  "This page was altered on its way to you",
  'href="./password/reset.html"',
  'id="app"',
  '<script data-page-integrity="sha384-',
  'type="module"></script>',
];

/**
 * Bytes that are flipped in turn: the tender places of one page, and of every page its first byte, its middle and its last;
 * with `--long` every tenth byte of every page, from another one on in each.
 */
function* bytesToFlip(pages: readonly ShippedPage[]): Generator<{ page: ShippedPage; at: number }> {
  const [first] = pages;
  if (first === undefined) throw new Error("no pages");
  const bytes = Buffer.from(first.html);
  for (const place of TENDER) {
    const from = bytes.indexOf(place);
    expect(from, place).toBeGreaterThanOrEqual(0);
    for (const at of [0, Math.floor(place.length / 2), place.length - 1]) yield { page: first, at: from + at };
  }
  for (const [turn, page] of pages.entries()) {
    const { length } = Buffer.from(page.html);
    yield* [0, Math.floor(length / 2), length - 1].map((at) => ({ page, at }));
    if (isFullCampaign()) for (let at = turn % 10; at < length; at += 10) yield { page, at };
  }
}

test("a flipped bit anywhere in a page stops it, and the page says why", async ({ page, complaints }) => {
  test.setTimeout(isFullCampaign() ? 3_600_000 : 120_000);
  const shipped = await pages();
  let altered = { file: "", at: 0, bit: 0 };
  const host = await StaticHost.start(appFolder(), {
    alter: (file, bytes) => {
      if (file !== altered.file) return bytes;
      const flipped = Buffer.from(bytes);
      flipped[altered.at] = (flipped[altered.at] ?? 0) ^ (1 << altered.bit);
      return flipped;
    },
  });
  // What a browser says of a damaged page is as varied as the damage.
  complaints.stopListening();
  let flips = 0;
  for (const { page: { path, file, html }, at } of bytesToFlip(shipped)) {
    altered = { file, at, bit: flips % 8 };
    flips += 1;
    await page.goto(host.url + path, { waitUntil: "commit" });
    const where = `bit ${altered.bit} of byte ${at} of ${file}: ${Buffer.from(html).subarray(Math.max(0, at - 20), at + 20).toString()}`;
    await expect(page.locator("body"), where).toContainText(NOT_STARTED, { useInnerText: true });
    await expect(page.locator("html"), where).not.toHaveAttribute("data-start", "started");
    await expect(page.locator("input"), where).toHaveCount(0);
  }
  expect(flips).toBeGreaterThanOrEqual((TENDER.length + shipped.length) * 3);
  // Control: the same host, with nothing flipped.
  altered.file = "";
  await page.goto(host.url);
  await expect(page.locator("html")).toHaveAttribute("data-start", "started");
  await page.goto("about:blank");
  await host.close();
});

test("a flipped bit in the settings: pages that need them say so and take no secret", async ({ page, complaints }) => {
  const { length } = await readFile(join(appFolder(), "config.json"));
  for (const [turn, path] of ["persona", "account", "password/reset.html"].entries()) {
    const at = Math.floor((turn * (length - 1)) / 2);
    const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === "config.json" ? flip(bytes, at) : bytes) });
    complaints.allowOrigin(host.url);
    await page.goto(host.url + path);
    await expect(page.getByRole("heading", { level: 1, name: NO_SERVER })).toBeVisible();
    await expect(page.getByText("Its settings file is wrong.")).toBeVisible();
    await expect(page.locator("input:visible"), "nowhere to type").toHaveCount(0);
    await page.goto("about:blank");
    await host.close();
  }
});

test("an icon is a picture and held to no hash by browsers: a flipped bit in it starts nothing else", async ({ page, complaints }) => {
  const icon = (await shipped()).find((file) => file.startsWith("icon-")) ?? "";
  const { length } = await readFile(join(appFolder(), icon));
  for (const at of [0, Math.floor(length / 2), length - 2]) {
    const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === icon ? flip(bytes, at) : bytes) });
    complaints.allowOrigin(host.url);
    await page.goto(`${host.url}persona`, { waitUntil: "networkidle" });
    // A request to another origin would be a complaint.
    await expect(page.locator("html")).toHaveAttribute("data-start", "started");
    await page.goto("about:blank");
    await host.close();
  }
});

test("no page loads what is there for hosts and for people", async ({ page, complaints }) => {
  const asked = new Set<string>();
  const host = await StaticHost.start(appFolder(), {
    alter: (name, bytes) => {
      asked.add(name);
      return bytes;
    },
  });
  complaints.allowOrigin(host.url);
  for (const { path } of await pages()) {
    await page.goto(host.url + path, { waitUntil: "networkidle" });
    await expect(page.locator("html"), `/${path}`).toHaveAttribute("data-start", "started");
  }
  await page.goto("about:blank");
  expect(asked, "control").toContain("index.html");
  expect(NOT_LOADED.filter((file) => asked.has(file))).toEqual([]);
  await host.close();
});

test("the manifest has every other file with its hash, and the policy of every page", async () => {
  const { manifest } = JSON.parse(await readFile(join(appFolder(), "webcat-manifest.json"), "utf8"));
  const named = Object.keys(manifest.files).map((file) => file.slice(1));
  expect(named).toEqual((await shipped()).filter((file) => file !== "webcat-manifest.json" && file !== "SHA256SUMS"));
  for (const file of named) {
    const hash = createHash("sha256").update(await readFile(join(appFolder(), file))).digest("base64url");
    expect(manifest.files[`/${file}`], file).toBe(hash);
    expect(manifest.wasm.includes(hash), file).toBe(file.endsWith(".wasm"));
  }
  for (const { path, file, content_security_policy } of JSON.parse(await readFile(join(appFolder(), "pages.json"), "utf8"))) {
    for (const address of [path, `/${file}`]) expect(manifest.extra_csp[address] ?? manifest.default_csp, address).toBe(content_security_policy);
  }
});
