//! The conformance suite: what every backend must do, one file for each concern, one test for each promise.
//!
//! A backend runs all of it by one line in a test of its own:
//!
//! ```text
//! async fn open(quota_bytes: u64) -> (MyStore, TempDir) { … }
//! keyhaven_storage::conformance_tests!(open);
//! ```
//!
//! The function opens an empty store with that quota; what it returns beside the store lives as long as the test. The
//! backend's crate needs `tokio` with `macros` and `rt`. Each test is an ordinary function that panics with what it
//! expected; time is a parameter throughout, so that fourteen days take no time.

pub mod accounts;
mod accounts_list;
pub mod address_change;
pub mod changes;
pub mod code_thieves;
pub mod confirmation;
mod content_list;
pub mod deleted;
pub mod deletion;
pub mod former_codes;
pub mod frozen;
pub mod kept;
pub mod keys;
pub mod links;
pub mod mail;
pub mod moves;
pub mod notices;
pub mod objects;
pub mod operators;
pub mod proofs;
pub mod quota;
pub mod recovery;
pub mod renewal;
pub mod resets;
pub mod retention;
pub mod samples;
pub mod sealed_objects;
pub mod sessions;
pub mod signed_out;
mod states_list;
pub mod steps;
pub mod sweeping;
pub mod thieves;
pub mod undo;
pub mod unproven;
pub mod versions;
pub mod void_address_changes;

/// Stamps every test of the suite out for one backend.
#[macro_export]
macro_rules! conformance_tests {
    ($open:ident) => {
        $crate::account_tests!($open);
        $crate::state_tests!($open);
        $crate::content_tests!($open);
    };
    (@concern $open:ident $concern:ident { $($name:ident)* }) => {
        mod $concern {
            $(
                #[tokio::test]
                async fn $name() {
                    let (store, _guard) = super::$open($crate::testing::samples::QUOTA_BYTES).await;
                    $crate::testing::$concern::$name(&store).await;
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    /// A test that is written but not stamped out would never run.
    #[test]
    fn every_test_of_the_suite_is_in_the_list() {
        let list = concat!(
            include_str!("testing/accounts_list.rs"),
            include_str!("testing/states_list.rs"),
            include_str!("testing/content_list.rs"),
        );
        for (concern, source) in [
            ("accounts", include_str!("testing/accounts.rs")),
            ("sessions", include_str!("testing/sessions.rs")),
            ("keys", include_str!("testing/keys.rs")),
            ("renewal", include_str!("testing/renewal.rs")),
            ("former_codes", include_str!("testing/former_codes.rs")),
            ("proofs", include_str!("testing/proofs.rs")),
            ("changes", include_str!("testing/changes.rs")),
            ("resets", include_str!("testing/resets.rs")),
            ("objects", include_str!("testing/objects.rs")),
            ("sealed_objects", include_str!("testing/sealed_objects.rs")),
            ("quota", include_str!("testing/quota.rs")),
            ("unproven", include_str!("testing/unproven.rs")),
            ("signed_out", include_str!("testing/signed_out.rs")),
            ("mail", include_str!("testing/mail.rs")),
            ("confirmation", include_str!("testing/confirmation.rs")),
            ("undo", include_str!("testing/undo.rs")),
            ("thieves", include_str!("testing/thieves.rs")),
            ("code_thieves", include_str!("testing/code_thieves.rs")),
            ("frozen", include_str!("testing/frozen.rs")),
            ("links", include_str!("testing/links.rs")),
            ("recovery", include_str!("testing/recovery.rs")),
            ("deletion", include_str!("testing/deletion.rs")),
            ("address_change", include_str!("testing/address_change.rs")),
            (
                "void_address_changes",
                include_str!("testing/void_address_changes.rs"),
            ),
            ("versions", include_str!("testing/versions.rs")),
            ("deleted", include_str!("testing/deleted.rs")),
            ("kept", include_str!("testing/kept.rs")),
            ("retention", include_str!("testing/retention.rs")),
            ("sweeping", include_str!("testing/sweeping.rs")),
            ("operators", include_str!("testing/operators.rs")),
            ("notices", include_str!("testing/notices.rs")),
        ] {
            let start = list.find(&format!("$open {concern} {{")).unwrap();
            let listed: Vec<&str> = list[start..]
                .lines()
                .skip(1)
                .map(str::trim)
                .take_while(|line| *line != "});")
                .collect();
            let written: Vec<&str> = source
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn ")?.split_once('('))
                .map(|(name, _)| name)
                .collect();
            assert_eq!(listed, written, "{concern}");
        }
    }
}
