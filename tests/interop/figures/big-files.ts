// usage: node big-files.js, in the folder that has `node_modules` and `built`; the figures go to standard output.
//
// A key file of 100,000 sessions and one of 415,039, picked in a page as a person does: how long the page does not answer,
// and what memory its process takes at most beyond that of the same page with nothing in it.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { init, sealKeyFile, type ExportedSession } from "keyhaven";
import type { Browser, Page } from "playwright-core";

import { freshSessions } from "../tests/peers.js";
import { median, type Figure } from "./measure.js";
import type { Opened, Way } from "./open-big-file.js";
import { inTab } from "./tab.js";
import { longestTaskOf } from "./tasks.js";

const PASSPHRASE = "walrus kettle orbit plum";
const MIB = 1024 * 1024;

await init();
const folder = mkdtempSync(join(tmpdir(), "keyhaven-big-files-"));
try {
  process.stdout.write(JSON.stringify([await answering(100_000), await inMemory(415_039)]));
} finally {
  rmSync(folder, { recursive: true });
}

async function answering(count: number): Promise<Figure> {
  const file = await fileOf(count);
  const traced = (way: Way): Promise<{ result: Opened; longestTask: number }> =>
    inTab(async (page, browser) => {
      await pick(page, file);
      return longestTaskOf(page, browser, () => open(page, count, way));
    });
  const whole = await traced("openKeyFile");
  const streamed = await traced("readKeyFile");
  return {
    name: `longest task of the page while a file of ${count} sessions opens, in Chromium`,
    unit: "ms",
    rounds: [whole.longestTask, streamed.longestTask],
    goal: { at_most: 50 },
    beside: [
      { name: "the file", unit: "MB", median: statSync(file).size / 1e6 },
      { name: "openKeyFile", unit: "s", median: whole.result.seconds },
      { name: "readKeyFile", unit: "s", median: streamed.result.seconds },
      { name: "most sessions at a time", unit: "", median: streamed.result.largestBatch },
    ],
  };
}

async function inMemory(count: number): Promise<Figure> {
  const file = await fileOf(count);
  const blank = await inTab(async (_, browser) => peakBytes(browser));
  const runs: { opened: Opened; peak: number }[] = [];
  for (let run = 0; run < 3; run += 1) {
    runs.push(
      await inTab(async (page, browser) => {
        await pick(page, file);
        return { opened: await open(page, count, "readKeyFile"), peak: await peakBytes(browser) };
      }),
    );
  }
  return {
    name: `memory for a file of ${count} sessions, beyond a blank page, in Chromium`,
    unit: "MiB",
    rounds: runs.map(({ peak }) => (peak - blank) / MIB),
    goal: { at_most: 250 },
    beside: [
      { name: "the file", unit: "MB", median: statSync(file).size / 1e6 },
      { name: "readKeyFile", unit: "s", median: median(runs.map(({ opened }) => opened.seconds)) },
      { name: "a blank page", unit: "MiB", median: blank / MIB },
    ],
  };
}

/** Sessions of 500 rooms; a thousand keys, again and again, which no one who opens them can know. */
function* sessions(count: number): Generator<ExportedSession> {
  const fresh = freshSessions(1000);
  for (let at = 0; at < count; at += 1) yield { ...fresh[at % fresh.length]!, room_id: `!room${at % 500}:example.org` };
}

async function fileOf(count: number): Promise<string> {
  const file = join(folder, `${count}.txt`);
  writeFileSync(file, await sealKeyFile(sessions(count), PASSPHRASE, { rounds: 100_000 }));
  return file;
}

function pick(page: Page, file: string): Promise<void> {
  return page.locator("input").setInputFiles(file);
}

async function open(page: Page, count: number, way: Way): Promise<Opened> {
  const opened = await page.evaluate<Opened>(`(async () => {
    const [{ open }, keyhaven] = await Promise.all(["/built/figures/open-big-file.js", "keyhaven"].map((name) => import(name)));
    return open(keyhaven, document.querySelector("input").files[0], "${PASSPHRASE}", "${way}");
  })()`);
  if (opened.sessions !== count) throw new Error(`${opened.sessions} of ${count} sessions open`);
  return opened;
}

/** The most memory that any process of pages had. */
async function peakBytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  const peaks = pages.map(({ id }) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]));
  if (peaks.length === 0 || peaks.some(Number.isNaN)) throw new Error("no process says what it had");
  return Math.max(...peaks) * 1024;
}
