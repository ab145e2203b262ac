// The page and the worker of figures.ts: 1 GiB in pieces by ours, and in one call.

import init, { sealAndOpen } from "../pkg/keyhaven_engine_tests.js";

const PIECES = 1024;
const PIECE_LEN = 1024 * 1024;

/** Milliseconds. */
interface Took {
  readonly seal: number;
  readonly open: number;
}

export interface Gibibyte {
  readonly ours: Took;
  readonly whole: Took;
  readonly memoryMib: number;
}

/** Measures in a worker, where the app works. */
export function inWorker(): Promise<Gibibyte> {
  const worker = new Worker("/built/gibibyte.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Gibibyte | string>) =>
      typeof data === "string" ? reject(new Error(data)) : resolve(data);
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
    worker.postMessage("go");
  });
}

async function measure(): Promise<Gibibyte> {
  const { memory } = await init();
  const took = await sealAndOpen(PIECES);
  const ours = { seal: took.seal, open: took.open };
  return { ours, whole: await atOnce(), memoryMib: memory.buffer.byteLength / PIECE_LEN };
}

async function atOnce(): Promise<Took> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(7), "AES-GCM", false, ["encrypt", "decrypt"]);
  const params = { name: "AES-GCM", iv: new Uint8Array(12) };
  const content = new Uint8Array(PIECES * PIECE_LEN).fill(9);
  const began = performance.now();
  const sealed = await crypto.subtle.encrypt(params, key, content);
  const between = performance.now();
  const opened = await crypto.subtle.decrypt(params, key, sealed);
  const ended = performance.now();
  if (opened.byteLength !== content.length) throw new Error("what was sealed did not come back");
  return { seal: between - began, open: ended - between };
}

// In the worker, and not in the page.
if (typeof document === "undefined") {
  globalThis.onmessage = () => {
    measure().then(
      (gibibyte) => globalThis.postMessage(gibibyte),
      (error: unknown) => globalThis.postMessage(String(error)),
    );
  };
}
