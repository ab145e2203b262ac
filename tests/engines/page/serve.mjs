// Serves the page, the bindings and the cases to a browser, on loopback.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const SCRIPT = "text/javascript";
const FILES = {
  "/compare.mjs": ["../compare.mjs", SCRIPT],
  "/watch.mjs": ["../watch.mjs", SCRIPT],
  "/page/run.mjs": ["run.mjs", SCRIPT],
  "/page/worker.mjs": ["worker.mjs", SCRIPT],
  "/pkg/keyhaven_engine_tests.js": ["../pkg/keyhaven_engine_tests.js", SCRIPT],
  "/pkg/keyhaven_engine_tests_bg.wasm": ["../pkg/keyhaven_engine_tests_bg.wasm", "application/wasm"],
};

export async function serve(files) {
  const fixed = {
    "/": ["<!doctype html><title>engines</title>", "text/html"],
    "/cases.json": [JSON.stringify(files), "application/json"],
  };
  const server = createServer((request, response) => {
    const [body, type] = fixed[request.url] ?? fromDisk(request.url);
    if (body === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: server.address().port, close: () => server.close() };
}

function fromDisk(url) {
  const [path, type] = FILES[url] ?? [];
  return path === undefined ? [] : [readFileSync(new URL(path, import.meta.url)), type];
}
