//! What secrets show of themselves: nothing.

#[path = "support/counting_rng.rs"]
mod counting_rng;

use counting_rng::CountingRng;
use keyhaven_core::{
    former_keys::BackupKeys,
    job::{AesGcmJob, AesKey, Argon2idJob, Job, Phase, Progress, Step},
    keys::{ApiOrigin, AuthKey, BackupKey, RecoveryAuth, Root, UnlockProof, WrapKey, derive_salt},
    password::Password,
    qr::QrMatrix,
    recovery_code::{CodeLength, RecoveryCode, RecoveryCodeError},
};
use keyhaven_protocol::{address::Address, kdf::Argon2Params, parts::parts};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

#[test]
fn debug_of_every_secret_is_redacted() {
    let shown = [
        format!("{:?}", Root::take_bytes(&mut [7; 64])),
        format!("{:?}", AuthKey::take_bytes(&mut [7; 32])),
        format!("{:?}", WrapKey::take_bytes(&mut [7; 32])),
        format!("{:?}", RecoveryAuth::take_bytes(&mut [7; 32])),
        format!("{:?}", UnlockProof::take_bytes(&mut [7; 32])),
        format!("{:?}", BackupKey::take_bytes(&mut [7; 32])),
        format!(
            "{:?}",
            BackupKeys::first(BackupKey::take_bytes(&mut [7; 32]))
                .followed_by(BackupKey::take_bytes(&mut [8; 32]))
        ),
        format!("{:?}", AesKey::take_bytes(&mut [7; 32])),
        format!("{:?}", Password::parse("hunter2").unwrap()),
        format!(
            "{:?}",
            RecoveryCode::generate(CodeLength::Bits128, &mut CountingRng::default())
        ),
        format!("{:?}", QrMatrix::generate("KH1P").unwrap()),
    ];
    let expected = [
        "Root(redacted)",
        "AuthKey(redacted)",
        "WrapKey(redacted)",
        "RecoveryAuth(redacted)",
        "UnlockProof(redacted)",
        "BackupKey(redacted)",
        "BackupKeys { present: BackupKey(redacted), generation: 1, former: [BackupKey(redacted)] }",
        "AesKey(redacted)",
        "Password(redacted)",
        "RecoveryCode(redacted)",
        "QrMatrix(redacted)",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn debug_of_a_job_and_of_an_operation_shows_no_secret() {
    let argon2id = Job::Argon2id(Argon2idJob {
        password: Zeroizing::new(b"hunter2".to_vec()),
        salt: [7; 32],
        params: Argon2Params::FLOOR,
    });
    let seal = Job::AesGcmSeal(AesGcmJob {
        key: AesKey::take_bytes(&mut [7; 32]).into(),
        nonce: [7; 12],
        associated_data: vec![7; 3],
        text: Zeroizing::new(vec![7; 5]),
    });
    assert_eq!(
        format!("{argon2id:?}"),
        "Argon2id(Argon2idJob { params: Argon2Params { memory_kib: 19456, passes: 2, lanes: 1 }, .. })"
    );
    assert_eq!(format!("{seal:?}"), "AesGcmSeal(AesGcmJob { text_len: 5, .. })");
    let progress = Progress {
        phase: Phase::Seal,
        done_bytes: 0,
        total_bytes: 5,
    };
    let step: Step<Vec<u8>, ()> = Step::ask(seal, progress, |_| Step::Done(Ok(b"secret".to_vec())));
    assert_eq!(
        format!("{step:?}"),
        "Ask(Question { job: AesGcmSeal(AesGcmJob { text_len: 5, .. }), progress: Progress { phase: Seal, \
         done_bytes: 0, total_bytes: 5 }, .. })"
    );
    assert_eq!(format!("{:?}", Step::<_, ()>::Done(Ok("secret"))), "Done(..)");
}

#[test]
fn an_error_about_a_code_shows_no_part_of_its_suggestion() {
    let code = RecoveryCode::generate(CodeLength::Bits128, &mut CountingRng::default());
    let mut groups: Vec<String> = code.to_groups().iter().map(|group| group.to_string()).collect();
    let right = groups[3].clone();
    groups[3] = format!(
        "{}{}",
        if right.starts_with('q') { 'p' } else { 'q' },
        &right[1..]
    );
    let error = RecoveryCode::parse(&groups.join(" ")).unwrap_err();
    let RecoveryCodeError::Typo {
        suggestion: Some(suggestion),
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (suggestion.group(), suggestion.expose_secret()),
        (4, right.as_str())
    );
    assert_eq!(
        format!("{error:?}"),
        "Typo { suggestion: Some(SuggestedGroup(4, redacted)) }"
    );
    assert_eq!(error.to_string(), "the code has a typing mistake");
}

#[test]
fn bytes_that_are_taken_are_wiped_where_they_were() {
    let mut source = [7; 32];
    let key = BackupKey::take_bytes(&mut source);
    assert_eq!(source, [0; 32]);
    assert_eq!(key.expose_secret(), &[7; 32]);
}

#[test]
fn secrets_are_equal_by_all_their_bytes() {
    let one = BackupKey::take_bytes(&mut [7; 32]);
    let mut other = [7; 32];
    assert_eq!(one, BackupKey::take_bytes(&mut other.clone()));
    other[31] = 8;
    assert_ne!(one, BackupKey::take_bytes(&mut other));
}

#[test]
fn the_key_to_sign_in_with_is_sent_as_43_characters() {
    let key = AuthKey::take_bytes(&mut [0xfb; 32]);
    assert_eq!(key.to_wire().as_str(), "-_v7".repeat(10) + "-_s");
}

#[test]
fn the_salt_is_the_hash_of_server_and_address_and_debug_shows_neither() {
    let origin = ApiOrigin::parse("https://keys.example").unwrap();
    let address = Address::parse("Ada@Example.org").unwrap();
    let salt = derive_salt(&origin, &address, b"server");
    let input = parts(&[
        b"keyhaven/persona/salt/1",
        b"https://keys.example",
        b"ada@example.org",
        b"server",
    ]);
    assert_eq!(salt.as_bytes()[..], Sha256::digest(input)[..]);
    assert_eq!(format!("{salt:?}"), "Salt(redacted)");
}
