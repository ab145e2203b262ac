-- The backup keys before the present one, sealed under it (docs/adr/0007-new-backup-key.md). Both or none.

ALTER TABLE key_records ADD COLUMN former_keys_nonce BLOB;
ALTER TABLE key_records ADD COLUMN former_keys BLOB;
