// Measures, in Node and in browsers alike, each beside a peer or the platform in the same round.
import type * as Sdk from "@matrix-org/matrix-sdk-crypto-wasm";
import type * as Keyhaven from "keyhaven";

import { keysOf, open as openByPlatform } from "./floor.js";
import type { Material } from "./material.js";

/** As `cargo xtask bench` reads them. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly rounds: number[];
  readonly goal: { readonly at_most: number } | { readonly at_least: number };
  readonly beside: { readonly name: string; readonly unit: string; readonly median: number }[];
}

type Run = () => unknown;

/** How often the entries stand in the backup that is large enough for workers. */
const COPIES = 10;

/**
 * @param where In words, for the names.
 * @param rounds How often everything is measured; what is compared follows each other at once.
 */
export async function measure(
  keyhaven: typeof Keyhaven,
  sdk: typeof Sdk,
  material: Material,
  where: string,
  rounds: number,
): Promise<Figure[]> {
  await keyhaven.init();
  await sdk.initAsync();
  const { passphrase, file, slowFile, privateKey, publicKey, entries } = material;
  const keys = await keysOf(file, passphrase);
  const ours = keyhaven.RecoveryKey.fromSecret(new TextEncoder().encode(privateKey));
  const theirs = sdk.BackupDecryptionKey.fromBase64(privateKey);
  const writer = sdk.PkEncryption.fromKey(new sdk.Curve25519PublicKey(publicKey));
  const backup = backupOf(material);
  const large = backupOf(material, COPIES);
  const opened: Keyhaven.ExportedSession[] = [];
  for await (const { sessions } of ours.decryptSessions(backup)) opened.push(...sessions.map(({ session }) => session));
  if (opened.length !== entries.length) throw new Error("not all entries open");

  const openFile = async (points: "checked" | "unchecked"): Promise<void> => {
    const { sessions } = await keyhaven.openKeyFile(file, passphrase, { points });
    if (sessions.length !== material.sessions) throw new Error("not all sessions open");
  };
  const decryptAll = async (): Promise<void> => {
    let count = 0;
    for await (const { sessions } of ours.decryptSessions(backup)) count += sessions.length;
    if (count !== entries.length) throw new Error("not all entries open");
  };
  const decryptMany = async (options: Keyhaven.DecryptSessionsOptions): Promise<void> => {
    let count = 0;
    for await (const { sessions } of ours.decryptSessions(large, options)) count += sessions.length;
    if (count !== COPIES * entries.length) throw new Error("not all entries open");
  };
  const encryptAll = async (): Promise<void> => {
    let count = 0;
    for await (const rooms of keyhaven.encryptSessions(publicKey, opened)) {
      for (const { sessions } of Object.values(rooms)) count += Object.keys(sessions).length;
    }
    if (count !== entries.length) throw new Error("not all sessions are sealed");
  };
  const figures = [
    {
      name: "a key file of one session under 500,000 rounds, against WebCrypto's derivation alone",
      ours: () => keyhaven.openKeyFile(slowFile, passphrase),
      beside: () => keysOf(slowFile, passphrase),
      besideName: "WebCrypto",
      goal: 1.1,
    },
    {
      name: "opening 20,000 sessions, points not checked, against WebCrypto and JSON.parse with the same checks",
      ours: () => openFile("unchecked"),
      beside: () => openByPlatform(file, keys),
      besideName: "the platform alone",
      goal: 1.5,
    },
    {
      name: "opening 20,000 sessions, points checked, against matrix-sdk-crypto-wasm",
      ours: () => openFile("checked"),
      beside: () => JSON.parse(sdk.OlmMachine.decryptExportedRoomKeys(file, passphrase)) as unknown,
      besideName: "the peer",
      goal: 1 / 3,
    },
    {
      name: "opening 2,000 entries of a backup on one thread, against matrix-sdk-crypto-wasm",
      ours: decryptAll,
      beside: () => {
        for (const { sessionData: { ephemeral, mac, ciphertext } } of entries) JSON.parse(theirs.decryptV1(ephemeral, mac, ciphertext));
      },
      besideName: "the peer",
      goal: 1 / 3,
    },
    {
      name: "opening 20,000 entries with two workers, their start and end among it, against one thread",
      ours: () => decryptMany({ workers: 2 }),
      beside: () => decryptMany({}),
      besideName: "one thread",
      goal: 1 / 1.8,
    },
    {
      name: "sealing 2,000 entries, against matrix-sdk-crypto-wasm",
      ours: encryptAll,
      beside: () => {
        for (const { plaintext } of entries) writer.encryptString(plaintext).toBase64();
      },
      besideName: "the peer",
      goal: 1 / 2,
    },
  ];
  const measured: Figure[] = [];
  for (const { name, ours, beside, besideName, goal } of figures) {
    const times = await compare(ours, beside, rounds);
    measured.push({
      name: `${name}, in ${where}`,
      unit: "×",
      rounds: times.map(([one, other]) => one / other),
      goal: { at_most: goal },
      beside: [
        { name: "ours", unit: "ms", median: median(times.map(([one]) => one)) },
        { name: besideName, unit: "ms", median: median(times.map(([, other]) => other)) },
      ],
    });
  }
  return measured;
}

/** The entries, and if there are to be more of them, the same ones in other rooms: an entry does not say of which it is. */
function backupOf({ entries }: Material, copies = 1): Keyhaven.BackupRooms {
  const rooms: Record<string, { sessions: Record<string, Keyhaven.BackupEntry> }> = {};
  for (let copy = 0; copy < copies; copy += 1) {
    for (const { roomId, sessionId, sessionData } of entries) {
      const { sessions } = (rooms[copy === 0 ? roomId : `${roomId}.${copy}`] ??= { sessions: {} });
      sessions[sessionId] = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: sessionData };
    }
  }
  return rooms;
}

/** Milliseconds of both in each round; the first round is for the compilers of the engine, and not counted. */
async function compare(one: Run, other: Run, rounds: number): Promise<[number, number][]> {
  const times: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair: [number, number] = [await timed(one), await timed(other)];
    if (round > 0) times.push(pair);
  }
  return times;
}

async function timed(run: Run): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The lower one of the two in the middle, where there are two. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[(values.length - 1) >> 1] ?? 0;
}
