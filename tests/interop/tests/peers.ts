// The other implementations, and what they need to run in Node.
import { createRequire } from "node:module";

import * as sdk from "@matrix-org/matrix-sdk-crypto-wasm";
import type { ExportedSession } from "keyhaven";

type OlmModule = typeof import("@matrix-org/olm");

const require = createRequire(import.meta.url);

export const olm = require("@matrix-org/olm") as OlmModule;
await olm.init();
await sdk.initAsync();
export { sdk };

export const ROOMS = ["!kitchen:example.org", "!work:example.org"] as const;
/** The device that sent everything here. */
const SENDER = identityKeys();

/** A session that a real sender made, exported from message `index` on: what a messenger has in its store. */
export function freshSession(roomId: string = ROOMS[0], index = 0): ExportedSession {
  const outbound = new olm.OutboundGroupSession();
  outbound.create();
  const inbound = new olm.InboundGroupSession();
  inbound.create(outbound.session_key());
  try {
    return {
      algorithm: "m.megolm.v1.aes-sha2",
      room_id: roomId,
      session_id: inbound.session_id(),
      session_key: inbound.export_session(index),
      sender_key: SENDER.curve25519,
      sender_claimed_keys: { ed25519: SENDER.ed25519 },
      forwarding_curve25519_key_chain: [],
    };
  } finally {
    inbound.free();
    outbound.free();
  }
}

function identityKeys(): { curve25519: string; ed25519: string } {
  const account = new olm.Account();
  account.create();
  try {
    return JSON.parse(account.identity_keys()) as { curve25519: string; ed25519: string };
  } finally {
    account.free();
  }
}

/** Sessions in both rooms, from the first message and from later ones. */
export function freshSessions(count: number): ExportedSession[] {
  return Array.from({ length: count }, (_, at) => freshSession(ROOMS[at % ROOMS.length], at % 5 === 4 ? 256 + at : at % 5));
}

/** Sessions in one order, to compare what went different ways. */
export function sorted(sessions: readonly ExportedSession[]): ExportedSession[] {
  return [...sessions].sort((one, other) => (one.session_id < other.session_id ? -1 : 1));
}

/** A device whose store is in memory. */
export async function machine(): Promise<sdk.OlmMachine> {
  return sdk.OlmMachine.initialize(new sdk.UserId("@ada:example.org"), new sdk.DeviceId("TELEPHONE"));
}
