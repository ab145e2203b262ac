-- Accounts with their credential, key records, sessions, reset codes, objects, mail queue.
--
-- Numbers of the wire that may use all 64 bits (the epoch inside a wrap) are stored as the signed number of the same
-- bits. Words (a state, a slot, a kind, a request) are checked by the code that reads them and not by the schema,
-- because SQLite cannot widen a CHECK without rebuilding its table. Times are whole seconds since 1970-01-01 UTC. A
-- code, token or proof stands here as its SHA-256 only.

CREATE TABLE accounts (
    account_id          BLOB PRIMARY KEY NOT NULL,
    address             TEXT NOT NULL UNIQUE,
    address_as_typed    TEXT NOT NULL,
    state               TEXT NOT NULL,
    credential_hash     TEXT NOT NULL,
    -- All three or none: none when the hash is of the password as typed.
    kdf_memory_kib      BIGINT,
    kdf_passes          BIGINT,
    kdf_lanes           BIGINT,
    credential_epoch    BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    used_bytes          BIGINT NOT NULL,
    -- Added since the reset that made the account unproven.
    unproven_bytes      BIGINT NOT NULL DEFAULT 0,
    unproven_objects    BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash          BLOB PRIMARY KEY NOT NULL,
    session_id          BLOB NOT NULL,
    account_id          BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at          BIGINT NOT NULL,
    last_used_at        BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_account ON sessions (account_id, session_id);
CREATE INDEX sessions_by_age ON sessions (created_at);

CREATE TABLE key_records (
    account_id          BLOB PRIMARY KEY NOT NULL REFERENCES accounts ON DELETE CASCADE,
    version             BIGINT NOT NULL,
    unlock_verifier     BLOB NOT NULL,
    recovery_verifier   BLOB NOT NULL
) WITHOUT ROWID;

-- The credential under which the backup key was last proven. `kept_until` is absent while the account is unproven.
CREATE TABLE proven_credentials (
    account_id          BLOB PRIMARY KEY NOT NULL REFERENCES accounts ON DELETE CASCADE,
    credential_hash     TEXT NOT NULL,
    kept_until          BIGINT
) WITHOUT ROWID;

-- 'password' and 'recovery' belong to the key record, 'proven' to the proven credential.
CREATE TABLE wraps (
    account_id          BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    slot                TEXT NOT NULL,
    kdf_memory_kib      BIGINT,
    kdf_passes          BIGINT,
    kdf_lanes           BIGINT,
    epoch               BIGINT NOT NULL,
    nonce               BLOB NOT NULL,
    ciphertext          BLOB NOT NULL,
    commitment          BLOB NOT NULL,
    PRIMARY KEY (account_id, slot)
) WITHOUT ROWID;

CREATE TABLE reset_codes (
    code_id             INTEGER PRIMARY KEY,
    account_id          BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    code_hash           BLOB NOT NULL,
    expires_at          BIGINT NOT NULL,
    UNIQUE (account_id, code_hash)
);

-- One row for each id that was ever written, also while it is deleted, and one for the inventory.
CREATE TABLE objects (
    object_key          INTEGER PRIMARY KEY,
    account_id          BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind                TEXT NOT NULL,
    object_id           TEXT NOT NULL,
    -- The newest version, be it content or a deletion.
    last_version        BIGINT NOT NULL,
    -- The newest version with content.
    content_version     BIGINT NOT NULL,
    deleted             BIGINT NOT NULL CHECK (deleted IN (0, 1)),
    UNIQUE (account_id, kind, object_id)
);

CREATE TABLE object_versions (
    object_key          BIGINT NOT NULL REFERENCES objects ON DELETE CASCADE,
    version             BIGINT NOT NULL,
    written_at          BIGINT NOT NULL,
    -- All absent in a deletion.
    size                BIGINT,
    sha256              BLOB,
    content_type        TEXT,
    PRIMARY KEY (object_key, version)
) WITHOUT ROWID;

CREATE TABLE object_chunks (
    object_key          BIGINT NOT NULL,
    version             BIGINT NOT NULL,
    chunk_index         BIGINT NOT NULL,
    bytes               BLOB NOT NULL,
    PRIMARY KEY (object_key, version, chunk_index),
    FOREIGN KEY (object_key, version) REFERENCES object_versions ON DELETE CASCADE
);

CREATE TABLE mail_queue (
    job_id              INTEGER PRIMARY KEY AUTOINCREMENT,
    address             TEXT NOT NULL,
    address_as_typed    TEXT NOT NULL,
    request             TEXT NOT NULL,
    requested_at        BIGINT NOT NULL,
    due_at              BIGINT NOT NULL,
    attempts            BIGINT NOT NULL
);
CREATE INDEX mail_queue_by_due ON mail_queue (due_at);

-- Kept for a day, to count by; the address stands here hashed.
CREATE TABLE mails_sent (
    mail_id             INTEGER PRIMARY KEY,
    address_hash        BLOB NOT NULL,
    request             TEXT NOT NULL,
    sent_at             BIGINT NOT NULL
);
CREATE INDEX mails_sent_by_address ON mails_sent (address_hash, sent_at);
CREATE INDEX mails_sent_by_time ON mails_sent (sent_at);

-- What `/ready` writes and reads back.
CREATE TABLE last_check (
    only_row            BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    checks              BIGINT NOT NULL,
    checked_at          BIGINT NOT NULL
);
