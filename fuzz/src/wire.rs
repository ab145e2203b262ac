//! Bodies of requests and of answers.

use std::fmt::Debug;

use keyhaven_core::former_keys::BackupKeys;
use keyhaven_core::job::run_in_software;
use keyhaven_core::keys::{BackupKey, WrapKey};
use keyhaven_core::wrap::{WrapContext, open_wrap};
use keyhaven_protocol::error::FailureResponse;
use keyhaven_protocol::kdf::Argon2Params;
use keyhaven_protocol::parts as codec;
use keyhaven_protocol::persona::{
    AccountId, AccountResponse, ChangePasswordRequest, DeletedListResponse, KdfResponse, KeyRecordRequest,
    KeyRecordResponse, ObjectListResponse, ObjectWriteResponse, ReleaseRequest, ReleaseResponse,
    SealedFormerKeys, SessionListResponse, SessionResponse, SignInRequest, SignUpRequest, UnlockRequest,
    Wrap,
};
use serde::{Serialize, de::DeserializeOwned};

use super::known::{Drawn, counting};

/// What splits joins to the same bytes, and splits into one number of parts only.
pub(crate) fn parts(input: &[u8]) {
    let split = [
        codec::split_parts::<1>(input).is_ok_and(|found| codec::parts(&found) == input),
        codec::split_parts::<2>(input).is_ok_and(|found| codec::parts(&found) == input),
        codec::split_parts::<5>(input).is_ok_and(|found| codec::parts(&found) == input),
    ];
    let accepted = [
        codec::split_parts::<1>(input).is_ok(),
        codec::split_parts::<2>(input).is_ok(),
        codec::split_parts::<5>(input).is_ok(),
    ];
    assert_eq!(split, accepted, "what splits joins to the same bytes");
    assert!(
        accepted.iter().filter(|accepted| **accepted).count() <= 1,
        "into one number of parts"
    );
    let joined = codec::parts(&[input, b"", input]);
    assert_eq!(
        codec::split_parts::<3>(&joined),
        Ok([input, b"", input]),
        "what was joined splits"
    );
}

/// A wrap that was not sealed under this key does not open, whatever it says of itself.
pub(crate) fn wrap(input: &[u8]) {
    let Ok(wrap) = serde_json::from_slice::<Wrap>(input) else {
        return;
    };
    survives(&wrap);
    let key = WrapKey::take_bytes(&mut [0xa5; WrapKey::LEN]);
    let context = WrapContext::of(AccountId::from_bytes([0x5a; AccountId::LEN]), &wrap);
    assert!(
        run_in_software(open_wrap(&key, &context, &wrap)).is_err(),
        "the key of another wrap opens it"
    );
    if let Some(params) = wrap.kdf {
        bounded(&params);
    }
}

/// Former keys: what the wire lets through opens under the key that sealed it, or not at all, and seals to the same
/// bytes.
pub(crate) fn former_keys(input: &[u8]) {
    let Ok(sealed) = serde_json::from_slice::<SealedFormerKeys>(input) else {
        return;
    };
    survives(&sealed);
    let account = AccountId::from_bytes(counting(16));
    let present = BackupKey::take_bytes(&mut counting(128));
    let opened = run_in_software(BackupKeys::open(present, account, &sealed));
    if let Ok(keys) = opened {
        let again = run_in_software(keys.seal_former(account, &mut Drawn(&sealed.nonce.0)));
        assert_eq!(again, Ok(Some(sealed.clone())), "one spelling");
        let count = keys.newest_first().count();
        for generation in [0, 1, keys.generation(), u32::MAX] {
            assert_eq!(keys.beginning_with(generation).count(), count, "each key once");
        }
    }
    let other = BackupKey::take_bytes(&mut [0xa5; BackupKey::LEN]);
    assert!(
        run_in_software(BackupKeys::open(other, account, &sealed)).is_err(),
        "another key opens it"
    );
}

/// Key records and what is sent to have a wrap released.
pub(crate) fn key_record(input: &[u8]) {
    reads::<KeyRecordRequest>(input);
    reads::<KeyRecordResponse>(input);
    reads::<ReleaseRequest>(input);
    reads::<ReleaseResponse>(input);
    reads::<UnlockRequest>(input);
}

/// The other bodies that a server reads.
pub(crate) fn requests(input: &[u8]) {
    reads::<SignUpRequest>(input);
    reads::<SignInRequest>(input);
    reads::<ChangePasswordRequest>(input);
}

/// The bodies that a client reads: a server may be hostile, too.
pub(crate) fn responses(input: &[u8]) {
    reads::<AccountResponse>(input);
    reads::<SessionResponse>(input);
    reads::<SessionListResponse>(input);
    reads::<ObjectListResponse>(input);
    reads::<DeletedListResponse>(input);
    reads::<ObjectWriteResponse>(input);
    reads::<FailureResponse>(input);
    reads::<KdfResponse>(input);
    if let Ok(response) = serde_json::from_slice::<KdfResponse>(input) {
        let offered = response.derivations.iter();
        offered.for_each(|derivation| bounded(&derivation.kdf));
    }
}

/// Parameters that pass stay within what a device can spare.
fn bounded(params: &Argon2Params) {
    let (floor, ceiling) = (Argon2Params::FLOOR, Argon2Params::CEILING);
    let within = (floor.memory_kib..=ceiling.memory_kib).contains(&params.memory_kib)
        && (floor.passes..=ceiling.passes).contains(&params.passes)
        && (floor.lanes..=ceiling.lanes).contains(&params.lanes);
    assert_eq!(params.check().is_ok(), within, "the bounds of {params:?}");
}

/// What reads, writes; and what it writes reads as the same.
fn reads<T: DeserializeOwned + Serialize>(input: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(input) else {
        return;
    };
    let written = serde_json::to_vec(&value).ok();
    let again = written
        .as_deref()
        .and_then(|written| serde_json::from_slice::<T>(written).ok());
    let rewritten = again.and_then(|again| serde_json::to_vec(&again).ok());
    assert!(written.is_some() && written == rewritten, "it writes back");
}

fn survives<T: DeserializeOwned + Serialize + PartialEq + Debug>(value: &T) {
    let again = serde_json::to_vec(value)
        .ok()
        .and_then(|written| serde_json::from_slice(&written).ok());
    assert_eq!(again.as_ref(), Some(value), "it writes back");
}
