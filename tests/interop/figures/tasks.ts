// What the thread of a page is busy with, by the browser's own trace: its observer for long tasks is not told of all of them.
import type { Browser, Page } from "playwright-core";

const TASK = "RunTask";
const CATEGORY = "disabled-by-default-devtools.timeline";

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly args: { readonly name?: string };
}

/** Runs, and says how many milliseconds the longest task of the page's thread took. */
export async function longestTaskOf<T>(page: Page, browser: Browser, run: () => Promise<T>): Promise<{ result: T; longestTask: number }> {
  await browser.startTracing(page, { categories: [CATEGORY] });
  const result = await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threads = new Set(traceEvents.filter(({ args }) => args.name === "CrRendererMain").map(threadOf));
  const tasks = traceEvents.filter((event) => event.name === TASK && threads.has(threadOf(event)));
  if (tasks.length === 0) throw new Error("the trace has no tasks");
  return { result, longestTask: tasks.reduce((longest, { dur = 0 }) => Math.max(longest, dur), 0) / 1000 };
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}
