// Serves the page, the bindings and the cases to a browser, on loopback.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { VectorFile } from "./compare.ts";

const SCRIPT = "text/javascript";
/** Paths of the page are those of this folder, so that relative imports lead to the same files there. */
const ROOT = new URL("../", import.meta.url);
const FILES = new Map([
  ["/built/compare.js", SCRIPT],
  ["/built/gibibyte.js", SCRIPT],
  ["/built/page.js", SCRIPT],
  ["/built/watch.js", SCRIPT],
  ["/built/worker.js", SCRIPT],
  ["/pkg/keyhaven_engine_tests.js", SCRIPT],
  ["/pkg/keyhaven_engine_tests_bg.wasm", "application/wasm"],
]);

interface Content {
  readonly type: string;
  readonly body: string | Buffer;
}

export interface Server {
  readonly port: number;
  close(): void;
}

export async function serve(files: readonly VectorFile[]): Promise<Server> {
  const fixed = new Map<string, Content>([
    ["/", { type: "text/html", body: "<!doctype html><title>engines</title>" }],
    ["/cases.json", { type: "application/json", body: JSON.stringify(files) }],
  ]);
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const content = fixed.get(path) ?? fromDisk(path);
    if (content === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": content.type }).end(content.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

function fromDisk(path: string): Content | undefined {
  const type = FILES.get(path);
  return type === undefined ? undefined : { type, body: readFileSync(new URL(`.${path}`, ROOT)) };
}
