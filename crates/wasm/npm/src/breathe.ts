import type { CallOptions } from "./call.js";

/** Lets the page breathe, and whoever aborts be heard. @internal */
export async function breathe(options: CallOptions): Promise<void> {
  const host = globalThis as { setImmediate?: (go: () => void) => void; scheduler?: { yield?: () => Promise<void> } };
  if (host.setImmediate !== undefined) await new Promise<void>((go) => host.setImmediate?.(go));
  else if (host.scheduler?.yield !== undefined) await host.scheduler.yield();
  else await new Promise((go) => setTimeout(go));
  options.signal?.throwIfAborted();
}
