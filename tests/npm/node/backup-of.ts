/** A backup under one key, as large as is asked for. */

import { encryptSession, type BackupEntry, type BackupRooms, type ExportedSession } from "keyhaven";

import { vectors } from "./vectors.js";

/** The recovery key of the backup. */
export const TEXT = "EsU2 dBQM EC3y AHTe bMxG cTWb BeJb M8fn q3px MvKG agJe XcD7";
const PUBLIC_KEY = "TVuribBzPZ2Nzs8E8yHJC3Ybd2WmvbK92/rT56vfH2Y";

/** The same session in as many rooms: nothing in an entry says of which room it is. */
export function roomsOf(count: number): BackupRooms {
  const { input } = vectors("backup", "matrix.backup.seal")[0] as { input: Record<string, never> };
  const session = input["session"] as unknown as ExportedSession;
  const entry: BackupEntry = encryptSession(PUBLIC_KEY, session);
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`!${at}:example.org`, { sessions: { [session.session_id]: entry } }]));
}
