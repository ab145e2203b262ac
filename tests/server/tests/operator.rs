//! What an operator lives with, on the running binary.

#![cfg(test)]

mod operator {
    mod account;
    mod copies;
    mod disk;
    mod faults;
    mod first_start;
    mod full_disk;
    mod grouping;
    mod import;
    mod import_killed;
    mod kills;
    mod ledger;
    mod log_copies;
    mod nginx;
    mod proxy;
    mod proxy_bounds;
    mod salt_keys;
    mod tracer;
    mod unit;
}
