//! Wraps: one secret opens one wrap of one account, kind, derivation and epoch, and says why another one does not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use counting_rng::CountingRng;
use keyhaven_core::{
    job::run_in_software,
    keys::{BackupKey, WrapKey},
    wrap::{OpenWrapError, WrapContext, open_wrap, seal_wrap},
};
use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountId, Wrap, WrapKind},
};

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);

fn wrap_key(byte: u8) -> WrapKey {
    WrapKey::take_bytes(&mut [byte; 32])
}

fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut [9; 32])
}

fn context() -> WrapContext {
    WrapContext::password(ACCOUNT, Argon2Params::FLOOR, 3)
}

fn sealed(context: &WrapContext) -> Wrap {
    run_in_software(seal_wrap(
        &wrap_key(7),
        context,
        &backup_key(),
        &mut CountingRng::default(),
    ))
    .unwrap()
}

#[test]
fn the_backup_key_comes_back_by_the_secret_that_wrapped_it() {
    for context in [context(), WrapContext::recovery(ACCOUNT, 3)] {
        let wrap = sealed(&context);
        assert_eq!(WrapContext::of(ACCOUNT, &wrap), context);
        assert_eq!(
            run_in_software(open_wrap(&wrap_key(7), &context, &wrap)),
            Ok(backup_key())
        );
    }
}

#[test]
fn another_secret_and_a_damaged_record_are_told_apart() {
    let wrap = sealed(&context());
    assert_eq!(
        run_in_software(open_wrap(&wrap_key(8), &context(), &wrap)),
        Err(OpenWrapError::OtherSecret)
    );
    let mut altered = wrap.clone();
    altered.ciphertext.0[0] ^= 1;
    assert_eq!(
        run_in_software(open_wrap(&wrap_key(7), &context(), &altered)),
        Err(OpenWrapError::Damaged)
    );
    let mut altered = wrap;
    altered.commitment.0[31] ^= 1;
    assert_eq!(
        run_in_software(open_wrap(&wrap_key(7), &context(), &altered)),
        Err(OpenWrapError::OtherSecret)
    );
}

#[test]
fn two_secrets_commit_to_themselves() {
    let one = sealed(&context());
    let other = seal_wrap(
        &wrap_key(8),
        &context(),
        &backup_key(),
        &mut CountingRng::default(),
    );
    assert_ne!(one.commitment.0, run_in_software(other).unwrap().commitment.0);
}

#[test]
fn a_wrap_that_says_something_else_of_itself_than_was_asked_for_is_not_opened() {
    let wrap = sealed(&context());
    let asked = [
        WrapContext::password(ACCOUNT, Argon2Params::FLOOR, 4),
        WrapContext::password(ACCOUNT, Argon2Params::DEFAULT, 3),
        WrapContext::recovery(ACCOUNT, 3),
    ];
    for asked in asked {
        assert_eq!(
            run_in_software(open_wrap(&wrap_key(7), &asked, &wrap)),
            Err(OpenWrapError::OtherContext),
            "{asked:?}"
        );
    }
}

/// Whoever stores a wrap can write anything around its ciphertext, and hand it to another account.
#[test]
fn a_wrap_whose_own_words_were_altered_does_not_verify() {
    let wrap = sealed(&context());
    let of_another_account = WrapContext::of(AccountId::from_bytes([2; 16]), &wrap);
    assert_eq!(
        run_in_software(open_wrap(&wrap_key(7), &of_another_account, &wrap)),
        Err(OpenWrapError::Damaged)
    );
    let altered = [
        Wrap {
            epoch: 4,
            ..wrap.clone()
        },
        Wrap {
            kdf: Some(Argon2Params::DEFAULT),
            ..wrap.clone()
        },
        Wrap {
            kdf: None,
            ..wrap.clone()
        },
        Wrap {
            kind: WrapKind::Recovery,
            ..wrap
        },
    ];
    for altered in altered {
        let context = WrapContext::of(ACCOUNT, &altered);
        assert_eq!(
            run_in_software(open_wrap(&wrap_key(7), &context, &altered)),
            Err(OpenWrapError::Damaged),
            "{context:?}"
        );
    }
}
