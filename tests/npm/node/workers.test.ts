/** `{ workers: n }` in Node.js: what becomes of the workers, of the key that they have, and of whoever waits. */

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { mock, test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

import * as keyhaven from "keyhaven";
import type { BackupRooms, DecryptSessionsOptions, EntriesRead, StartedWorker } from "keyhaven";

import { equal, failure } from "../suite/check.js";
import { TEXT, roomsOf } from "./backup-of.js";

const require = createRequire(import.meta.url);
const SCRIPT = require.resolve("keyhaven/worker");

/** Entries of twenty batches. */
const MANY = 20 * 256;

/** What a worker is told. */
interface Order {
  readonly kind: "start" | "open" | "end";
  readonly key?: Uint8Array;
}

/** Workers that are started here, so that a test sees what they are told and when they are over. */
class Watched {
  readonly workers: Worker[] = [];
  readonly orders: Order[] = [];
  readonly over: Promise<number>[] = [];
  readonly start: () => StartedWorker;
  readonly #up: Promise<unknown>[] = [];

  /** @param change What a worker is told in place of an order. */
  constructor(change: (order: Order) => unknown = (order) => order) {
    this.start = () => {
      const worker = new Worker(SCRIPT);
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: Order, transfer) => {
        this.orders.push(message);
        post(change(message), transfer as []);
      };
      this.workers.push(worker);
      // Its first word is that it started.
      this.#up.push(new Promise((resolve) => worker.once("message", resolve)));
      this.over.push(new Promise((resolve) => worker.once("exit", resolve)));
      return worker;
    };
  }

  async allUp(): Promise<void> {
    await Promise.all(this.#up);
  }

  opened(): number {
    return this.orders.filter(({ kind }) => kind === "open").length;
  }
}

function reading(rooms: BackupRooms, options: DecryptSessionsOptions): AsyncGenerator<EntriesRead, void, undefined> {
  return keyhaven.RecoveryKey.fromText(TEXT).decryptSessions(rooms, options);
}

async function countOf(read: AsyncGenerator<EntriesRead, void, undefined>): Promise<number> {
  let count = 0;
  for await (const { sessions } of read) count += sessions.length;
  return count;
}

const soon = <T>(waiting: Promise<T>): Promise<T> =>
  Promise.race([waiting, new Promise<never>((_, reject) => setTimeout(() => reject(new Error("it still waits")), 20_000).unref())]);

test("before the wasm is loaded, workers are not either", async () => {
  const watched = new Watched();
  const error = await failure(keyhaven, () => keyhaven.RecoveryKey.generate());
  equal([error.code, watched.workers.length], ["not-initialised", 0]);
});

test("there are no more workers than batches, and all are over when the call is", async () => {
  await keyhaven.init();
  for (const [entries, count] of [[1, 1], [256, 1], [257, 2], [MANY, 3]] as const) {
    const watched = new Watched();
    equal(await countOf(reading(roomsOf(entries), { workers: 3, startWorker: watched.start })), entries);
    equal(watched.workers.length, count, `for ${entries}`);
    await soon(Promise.all(watched.over));
    equal(watched.orders.filter(({ kind }) => kind === "end").length, count, "each was told to wipe its key");
  }
});

test("the key goes over to the workers, and no copy of its bytes stays here", async () => {
  await keyhaven.init();
  const watched = new Watched();
  equal(await countOf(reading(roomsOf(300), { workers: 2, startWorker: watched.start })), 300);
  const keys = watched.orders.filter((message) => message.kind === "start").map(({ key }) => key as Uint8Array);
  equal(keys.map(({ length }) => length), [0, 0], "both are nothing here");
});

test("a caller who stops reading stops the workers", async () => {
  await keyhaven.init();
  const watched = new Watched();
  const read = reading(roomsOf(MANY), { workers: 2, startWorker: watched.start });
  equal((await read.next()).done, false);
  await new Promise((go) => setTimeout(go, 500));
  equal(watched.opened() <= 1 + 2 * 4, true, `${watched.opened()} batches of ${MANY / 256} were asked for`);
  await read.return();
  await soon(Promise.all(watched.over));
});

test("who aborts is let go with the reason, and the workers end", async () => {
  await keyhaven.init();
  for (const when of ["while it waits", "between two batches", "while nobody reads"]) {
    const watched = new Watched();
    const controller = new AbortController();
    const reason = new Error("enough");
    const read = reading(roomsOf(MANY), { workers: 2, startWorker: watched.start, signal: controller.signal });
    if (when !== "while it waits") await read.next();
    const next = when === "while it waits" ? read.next() : undefined;
    setTimeout(() => controller.abort(reason), next === undefined ? 0 : 30);
    if (when === "while nobody reads") await soon(Promise.all(watched.over));
    else if (next === undefined) await new Promise((go) => setTimeout(go, 10));
    const thrown = await soon((next ?? read.next()).then(async () => countOf(read)).catch((error: unknown) => error));
    equal(thrown === reason, true, when);
    await soon(Promise.all(watched.over));
  }
});

test("a worker that ends is an error, for each that waits and for those who ask later", async () => {
  await keyhaven.init();
  const watched = new Watched();
  const read = reading(roomsOf(MANY), { workers: 2, startWorker: watched.start });
  await read.next();
  await soon(watched.allUp());
  void watched.workers[1]?.terminate();
  const { code } = await soon(failure(keyhaven, () => countOf(read)));
  equal(code, "worker-ended");
  await soon(Promise.all(watched.over));
});

test("a worker that says nothing is given up", async () => {
  await keyhaven.init();
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    let terminated = 0;
    const silent = { on() {}, postMessage() {}, terminate: () => (terminated += 1) };
    const given = failure(keyhaven, () => reading(roomsOf(300), { workers: 2, startWorker: () => silent }).next());
    // What is asked first comes a turn later.
    for (let second = 0; second < 40; second += 1) {
      await new Promise((go) => setImmediate(go));
      mock.timers.tick(1000);
    }
    const { code } = await soon(given);
    equal([code, terminated > 0], ["no-workers", true]);
  } finally {
    mock.timers.reset();
  }
});

test("where no worker comes up, that is said, and nothing stands in for it", async () => {
  await keyhaven.init();
  const refused: Record<string, () => StartedWorker> = {
    "a policy": () => {
      throw new Error("refused");
    },
    "a script that is not there": () => new Worker(new URL("nowhere.js", import.meta.url)),
    "a script that is another one": () => new Worker("throw new Error('another')", { eval: true }),
    "a worker of another version": new Watched((message) => (message.kind === "start" ? { ...message, build: "another" } : message)).start,
    "a wasm that is another one": new Watched((message) =>
      message.kind === "start" ? { ...message, module: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) } : message,
    ).start,
  };
  for (const [name, startWorker] of Object.entries(refused)) {
    const { code } = await soon(failure(keyhaven, () => countOf(reading(roomsOf(300), { workers: 2, startWorker }))));
    equal(code, "no-workers", name);
  }
});

test("what goes wrong inside a worker has the name that it has here", async () => {
  await keyhaven.init();
  const watched = new Watched((message) => (message.kind === "open" ? { ...message, lines: Uint8Array.of(255) } : message));
  const { code } = await soon(failure(keyhaven, () => countOf(reading(roomsOf(300), { workers: 1, startWorker: watched.start }))));
  equal(code, "internal");
  await soon(Promise.all(watched.over));
});

test("an error of who watches the progress is theirs, and the workers end", async () => {
  await keyhaven.init();
  const watched = new Watched();
  const own = new Error("their own");
  const onProgress = ({ done }: { done: number }): void => {
    if (done > 0) throw own;
  };
  const thrown = await soon(countOf(reading(roomsOf(MANY), { workers: 2, startWorker: watched.start, onProgress })).catch((error: unknown) => error));
  equal(thrown === own, true);
  await soon(Promise.all(watched.over));
});

test("a program that stopped reading ends by itself, and one that waits does not", async () => {
  const program = (rest: string): string => `
    import * as keyhaven from "keyhaven";
    import { TEXT, roomsOf } from ${JSON.stringify(new URL("backup-of.js", import.meta.url))};
    await keyhaven.init();
    const read = keyhaven.RecoveryKey.fromText(TEXT).decryptSessions(roomsOf(600), { workers: 2 });
    ${rest}
  `;
  const run = async (rest: string): Promise<string> => {
    const words = ["--input-type=module", "--eval", program(rest)];
    return (await promisify(execFile)("node", words, { timeout: 30_000, env: process.env })).stdout;
  };
  const both = [
    run("console.log((await read.next()).value.sessions.length);"),
    run("let count = 0; for await (const { sessions } of read) count += sessions.length; console.log(count);"),
  ];
  equal(await Promise.all(both), ["256\n", "600\n"]);
});

test("it can be required, and workers come up there too, once they are asked for", async () => {
  const isLoaded = (): boolean => Object.keys(require.cache).some((path) => path.endsWith("workers.js"));
  for (const entry of ["keyhaven", "keyhaven/restore", "keyhaven/inline"]) {
    const required = require(entry) as typeof keyhaven;
    await required.init();
    if (entry === "keyhaven") equal(isLoaded(), false);
    equal(await countOf(required.RecoveryKey.fromText(TEXT).decryptSessions(roomsOf(300), { workers: 2 })), 300, entry);
    equal(isLoaded(), true);
  }
});

test("the smaller entry's wasm opens in the same workers", async () => {
  const restore = await import("keyhaven/restore");
  await restore.init();
  const watched = new Watched();
  const key = restore.RecoveryKey.fromText(TEXT);
  equal(await countOf(key.decryptSessions(roomsOf(300), { workers: 2, startWorker: watched.start })), 300);
  equal(watched.workers.length, 2);
});
