-- A job that a worker has, or had when it was lost, is told from one that waits: only the latter is merged with a request
-- that comes. While a lease runs, no other job for its address is given out.

ALTER TABLE mail_queue ADD COLUMN claimed BIGINT NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1));
CREATE INDEX mail_queue_by_address ON mail_queue (address);
