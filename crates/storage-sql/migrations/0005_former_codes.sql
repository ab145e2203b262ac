-- The recovery code that was given up without being presented, while it still decides
-- (docs/adr/0008-the-code-that-decides.md). Both or none; its wrap stands in `wraps`, slot 'former_recovery'.

ALTER TABLE key_records ADD COLUMN former_code_verifier BLOB;
ALTER TABLE key_records ADD COLUMN former_code_until BIGINT;
CREATE INDEX key_records_by_former_code_end ON key_records (former_code_until) WHERE former_code_until IS NOT NULL;
