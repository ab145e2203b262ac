import { base64url, counting, derive, hex, sealWrap } from "./primitives.mjs";

const KDF = { memory_kib: 65536, passes: 3, lanes: 1 };
const ACCOUNT = counting(16, 16);
const PASSWORD = {
  key: counting(32, 200),
  accountId: ACCOUNT,
  kind: "password",
  kdf: KDF,
  epoch: 7,
  nonce: counting(12, 1),
  backupKey: counting(32, 128),
};
const RECOVERY = { ...PASSWORD, key: derive(counting(16), "keyhaven/persona/recovery-wrap/1"), kind: "recovery", kdf: null, epoch: 1 };

const flip = (field, at) => (wrap) => {
  const bytes = Buffer.from(wrap[field], "base64url");
  bytes[at] ^= 1;
  return { ...wrap, [field]: base64url(bytes) };
};

export function wrapCases() {
  const seal = (name, wrap) => ({
    name,
    op: "wrap.seal",
    input: {
      key: hex(wrap.key),
      account_id: base64url(wrap.accountId),
      kind: wrap.kind,
      kdf: wrap.kdf,
      epoch: wrap.epoch,
      nonce: hex(wrap.nonce),
      backup_key: hex(wrap.backupKey),
    },
    output: { wrap: sealWrap(wrap) },
  });
  const open = (name, wrap, { change = (same) => same, context = {}, key = wrap.key, accountId = wrap.accountId }, error) => {
    const record = change(sealWrap(wrap));
    return {
      name,
      op: "wrap.open",
      input: {
        key: hex(key),
        account_id: base64url(accountId),
        context: { kind: record.kind, kdf: record.kdf, epoch: record.epoch, ...context },
        wrap: record,
      },
      ...(error ? { error: { name: error } } : { output: { backup_key: hex(wrap.backupKey) } }),
    };
  };
  return [
    seal("password", PASSWORD),
    seal("recovery", RECOVERY),
    open("password", PASSWORD, {}),
    open("recovery", RECOVERY, {}),
    open("other_secret", PASSWORD, { key: counting(32, 201) }, "other_secret"),
    open("recovery_key_on_password_wrap", PASSWORD, { key: RECOVERY.key }, "other_secret"),
    open("commitment_flipped", PASSWORD, { change: flip("commitment", 31) }, "other_secret"),
    open("ciphertext_flipped", PASSWORD, { change: flip("ciphertext", 0) }, "damaged"),
    open("tag_flipped", PASSWORD, { change: flip("ciphertext", 47) }, "damaged"),
    open("nonce_flipped", PASSWORD, { change: flip("nonce", 0) }, "damaged"),
    open("of_another_account", PASSWORD, { accountId: counting(16, 17) }, "damaged"),
    open("epoch_rewritten", PASSWORD, { change: (wrap) => ({ ...wrap, epoch: 8 }) }, "damaged"),
    open("kdf_rewritten", PASSWORD, { change: (wrap) => ({ ...wrap, kdf: { ...KDF, passes: 2 } }) }, "damaged"),
    open("kdf_dropped", PASSWORD, { change: (wrap) => ({ ...wrap, kdf: null }) }, "damaged"),
    open("kind_rewritten", PASSWORD, { change: (wrap) => ({ ...wrap, kind: "recovery" }) }, "damaged"),
    open("epoch_other_than_asked_for", PASSWORD, { context: { epoch: 8 } }, "other_context"),
    open("kind_other_than_asked_for", PASSWORD, { context: { kind: "recovery" } }, "other_context"),
    open("kdf_other_than_asked_for", PASSWORD, { context: { kdf: null } }, "other_context"),
  ];
}
