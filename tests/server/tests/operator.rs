//! What an operator lives with, on the running binary.

#![cfg(test)]

mod operator {
    mod copies;
    mod disk;
    mod import;
    mod kills;
    mod ledger;
}
