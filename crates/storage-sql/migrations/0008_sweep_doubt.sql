-- A clock that leapt ahead and is not believed yet: what it said last, and how long the server has watched it go on from
-- there. Uptime alone counts, over any number of starts.

CREATE TABLE sweep_doubt (
    only_row            BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    seen_at             BIGINT NOT NULL,
    watched_ms          BIGINT NOT NULL
);
