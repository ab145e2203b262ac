// Every file that is shipped, in turn, with one flipped bit: the app does not start and the page says why, or the file has
// no power over what runs, and this says which files those are.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";
import { AppFrame } from "../../pages/app-frame.js";

const ALTERED = /This page was altered on its way to you/;
const ALTERED_OR_BLOCKED = /the page may have been altered on its way to you/;

/** What the browser runs or applies. Each page names it by hash, so none of it can differ. */
const HELD = /^(keyhaven-[a-z]+(-[a-z]+)?-[0-9a-f]+(_bg\.wasm|\.js)|style-[0-9a-f]+\.css|start-[0-9a-f]+\.js)$/;

/**
 * What no page asks for: it is for hosts and for people, and for the page about the page, which links to it. A flipped bit
 * in it changes nothing of what runs.
 */
const NOT_LOADED = ["SHA256SUMS", "_headers", "pages.json", "webcat-manifest.json"];

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

/**
 * The first letter from here whose last bit makes it another letter of base64. A hash that is no base64 is no hash to a
 * browser: a page that was altered like that, or that names no hash, is told by the manifest alone.
 */
function flippable(html: string, from: number): number {
  for (let at = from; at < html.length; at += 1) {
    if (/[0-9B-Yb-y]/.test(html.charAt(at))) return at;
  }
  throw new Error("no letter of base64");
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
  for (const file of held) {
    const { length } = await readFile(join(appFolder(), file));
    const naming = runners.filter(({ html }) => html.includes(file));
    expect(naming.length, `pages that run ${file}`).toBeGreaterThan(0);
    for (const [turn, at] of [0, Math.floor(length / 2), length - 1].entries()) {
      const path = naming[turn % naming.length]?.path ?? "";
      await test.step(`bit of byte ${at} of ${file} at /${path}`, async () => {
        const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === file ? flip(bytes, at) : bytes) });
        complaints.allowOrigin(host.url);
        await page.goto(host.url + path);
        await new AppFrame(page).expectRefused(file.startsWith("start-") ? ALTERED_OR_BLOCKED : ALTERED);
        // What is still on its way must not miss its host.
        await page.goto("about:blank");
        complaints.expect(/integrity/i);
        await host.close();
      });
    }
  }
});

test("a flipped bit in a hash that a page names stops that page", async ({ page, complaints }) => {
  const seen = new Set<string>();
  for (const { path, file, html } of await pages()) {
    // Browsers hold no icon to its hash, and the page about the page says beside each part of another page whether it is as
    // named (verify.spec.ts): neither is run.
    const hashes = html.replaceAll(/<link rel="?(keyhaven-part|icon)[^>]*>/g, (tag) => " ".repeat(tag.length));
    // Some pages have one program, and then the same hashes.
    const named = [...hashes.matchAll(/sha384-[^"]*/g)].join();
    if (seen.has(named)) continue;
    seen.add(named);
    for (const { index } of hashes.matchAll(/sha384-/g)) {
      const at = flippable(html, index + "sha384-".length);
      // What follows the last `<` up to here: of the starter's tag, only the attribute without a prefix is the starter's own.
      const starters = /^<script.*\sintegrity="sha384-[^"]*$/s.test(html.slice(html.lastIndexOf("<", at), at));
      await test.step(`hash at byte ${at} of /${path}`, async () => {
        const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === file ? flip(bytes, at) : bytes) });
        complaints.allowOrigin(host.url);
        await page.goto(host.url + path);
        await new AppFrame(page).expectRefused(starters ? ALTERED_OR_BLOCKED : ALTERED);
        // What is still on its way must not miss its host.
        await page.goto("about:blank");
        complaints.expect(/integrity/i);
        await host.close();
      });
    }
  }
});

test("a flipped bit in the settings or in the icon starts nothing else and sends nothing elsewhere", async ({ page, complaints }) => {
  const files = await shipped();
  for (const file of files.filter((file) => file === "config.json" || file.startsWith("icon-"))) {
    const { length } = await readFile(join(appFolder(), file));
    for (const at of [0, Math.floor(length / 2), length - 2]) {
      const host = await StaticHost.start(appFolder(), { alter: (name, bytes) => (name === file ? flip(bytes, at) : bytes) });
      complaints.allowOrigin(host.url);
      await page.goto(`${host.url}persona`, { waitUntil: "networkidle" });
      // A request to another origin would be a complaint.
      await expect(page.locator("html")).toHaveAttribute("data-start", "started");
      await page.goto("about:blank");
      await host.close();
    }
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
