-- States of an account (docs/adr/0004-account-states.md): what is in force is computed from these columns and the clock,
-- so that nothing has to run for a time to be over. Links of letters, pending changes of address, what a notice needs.

-- When time alone ends the state.
ALTER TABLE accounts ADD COLUMN state_until BIGINT;
-- A freeze lies over the state and does not replace it.
ALTER TABLE accounts ADD COLUMN frozen_at BIGINT;
-- An archived account has lost its address and opens for nobody; its address column holds its id, which is no address.
ALTER TABLE accounts ADD COLUMN archived_until BIGINT;
-- Generation of the credential less its epoch: not zero only while an undo has brought an old secret back. A difference, so
-- that the release before this one, which knows the epoch alone, still moves the generation.
ALTER TABLE accounts ADD COLUMN generation_lead BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_by_state_until ON accounts (state_until) WHERE state_until IS NOT NULL;
CREATE INDEX accounts_by_archived_until ON accounts (archived_until) WHERE archived_until IS NOT NULL;

CREATE INDEX proven_credentials_by_end ON proven_credentials (kept_until) WHERE kept_until IS NOT NULL;
CREATE INDEX reset_codes_by_expiry ON reset_codes (expires_at);

-- The new password wrap stands in `wraps`, slot 'address_change'.
CREATE TABLE address_changes (
    -- Never given again, so that the code of a letter confirms the change it was made for and no later one.
    change_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id              BLOB NOT NULL UNIQUE REFERENCES accounts ON DELETE CASCADE,
    address                 TEXT NOT NULL,
    address_as_typed        TEXT NOT NULL,
    -- The address had an account: nobody gets the code that confirms it.
    taken                   BIGINT NOT NULL CHECK (taken IN (0, 1)),
    credential_hash         TEXT NOT NULL,
    kdf_memory_kib          BIGINT NOT NULL,
    kdf_passes              BIGINT NOT NULL,
    kdf_lanes               BIGINT NOT NULL,
    -- What must still stand when it is confirmed.
    credential_generation   BIGINT NOT NULL,
    key_record_version      BIGINT NOT NULL,
    confirmed_by_present    BIGINT NOT NULL CHECK (confirmed_by_present IN (0, 1)),
    confirmed_by_new        BIGINT NOT NULL CHECK (confirmed_by_new IN (0, 1)),
    expires_at              BIGINT NOT NULL
);
CREATE INDEX address_changes_by_expiry ON address_changes (expires_at);

-- A code of a letter stands here as its SHA-256 only.
CREATE TABLE links (
    link_id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id              BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind                    TEXT NOT NULL,
    code_hash               BLOB NOT NULL UNIQUE,
    change_id               BIGINT REFERENCES address_changes ON DELETE CASCADE,
    expires_at              BIGINT NOT NULL
);
CREATE INDEX links_by_account ON links (account_id, kind);
CREATE INDEX links_by_change ON links (change_id);
CREATE INDEX links_by_expiry ON links (expires_at);

-- What the letter of a notice needs; which of them is there depends on the notice.
ALTER TABLE mail_queue ADD COLUMN account_id BLOB;
ALTER TABLE mail_queue ADD COLUMN address_from TEXT;
ALTER TABLE mail_queue ADD COLUMN address_to TEXT;
ALTER TABLE mail_queue ADD COLUMN change_id BIGINT;
ALTER TABLE mail_queue ADD COLUMN until_at BIGINT;

-- How far the sweeper has looked for versions that are kept no longer.
CREATE TABLE sweep_progress (
    only_row                BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    object_key              BIGINT NOT NULL,
    version                 BIGINT NOT NULL
);
