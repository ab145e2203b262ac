-- The time of the last sweep, by which the server sees that its clock leapt before it removes anything.

CREATE TABLE last_sweep (
    only_row            BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    swept_at            BIGINT NOT NULL
);
