-- When the last trouble of an account ended (unproven, disputed, frozen, deleted): what was kept during it is kept for a while
-- after it, too (docs/adr/0004-account-states.md).

ALTER TABLE accounts ADD COLUMN calm_since BIGINT;
