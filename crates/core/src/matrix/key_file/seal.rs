//! Writing a key file.

use core::num::NonZeroU32;
use std::sync::Arc;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Header, Keys, SealKeyFileError, TAG_LEN, counter::KeyStream};
use crate::{
    job::{HmacJob, Job, Phase, Progress, Step},
    matrix::{
        armour,
        exported_session::{Batch, ExportedSession},
        passphrase::Passphrase,
    },
    wiping,
};

/// How often the hash is taken over the passphrase of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds(NonZeroU32);

/// The sessions of a file that is written, in the order in which they were added.
#[derive(Default)]
pub struct SessionList {
    /// A bracket before the first, a comma before each other one.
    json: Zeroizing<Vec<u8>>,
}

impl Rounds {
    /// The least that the specification allows.
    pub const FLOOR: u32 = 100_000;
    /// The most that a reader derives by default.
    pub const CEILING: u32 = 10_000_000;

    /// A number of rounds.
    ///
    /// # Errors
    /// [`SealKeyFileError::Rounds`].
    pub fn new(rounds: u32) -> Result<Self, SealKeyFileError> {
        NonZeroU32::new(rounds)
            .filter(|rounds| (Self::FLOOR..=Self::CEILING).contains(&rounds.get()))
            .map(Self)
            .ok_or(SealKeyFileError::Rounds {
                rounds,
                floor: Self::FLOOR,
                ceiling: Self::CEILING,
            })
    }
}

impl Rounds {
    pub(super) const fn get(self) -> NonZeroU32 {
        self.0
    }
}

impl Default for Rounds {
    /// 500,000, as other writers have it.
    fn default() -> Self {
        const USUAL: NonZeroU32 = NonZeroU32::new(500_000).unwrap();
        Self(USUAL)
    }
}

impl SessionList {
    /// Without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, session: &ExportedSession) {
        self.append(&session.to_json());
    }

    /// Adds the good sessions of a batch.
    pub fn push_batch(&mut self, batch: &Batch) {
        // EXPOSE: this list is what is sealed.
        if let [b'[', sessions @ .., b']'] = batch.expose_secret()
            && !sessions.is_empty()
        {
            self.append(sessions);
        }
    }

    fn append(&mut self, sessions: &[u8]) {
        wiping::reserve(&mut self.json, sessions.len() + 2);
        let before = if self.json.is_empty() { b'[' } else { b',' };
        self.json.push(before);
        self.json.extend_from_slice(sessions);
    }

    fn into_json(mut self) -> Zeroizing<Vec<u8>> {
        let end: &[u8] = if self.json.is_empty() { b"[]" } else { b"]" };
        wiping::append(&mut self.json, end);
        self.json
    }
}

/// The text of a key file with these sessions.
///
/// # Errors
/// The engine's.
pub fn seal(
    sessions: SessionList,
    passphrase: &Passphrase,
    rounds: Rounds,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Step<Vec<u8>, SealKeyFileError> {
    let header = Header::generate(rounds.0, rng);
    Keys::derive_within(header, passphrase).then(|keys| match keys {
        Ok(keys) => encrypt(keys, sessions.into_json()),
        Err(error) => Step::Done(Err(error.into())),
    })
}

fn encrypt(keys: Keys, json: Zeroizing<Vec<u8>>) -> Step<Vec<u8>, SealKeyFileError> {
    let len = json.len();
    let job = Job::AesCtr(KeyStream::new(&keys).next_job(json));
    Step::ask(job, progress(0, len), move |ciphertext| match ciphertext {
        Ok(ciphertext) => authenticate(&keys, &ciphertext),
        Err(error) => Step::Done(Err(error.into())),
    })
}

fn authenticate(keys: &Keys, ciphertext: &[u8]) -> Step<Vec<u8>, SealKeyFileError> {
    let mut bytes = keys.header.to_bytes();
    bytes.extend_from_slice(ciphertext);
    let bytes = Arc::new(bytes);
    let job = Job::Hmac(HmacJob {
        key: Arc::clone(&keys.mac),
        text: Arc::clone(&bytes),
    });
    Step::ask(job, progress(ciphertext.len(), ciphertext.len()), move |tag| {
        Step::Done(match tag {
            Ok(tag) => Ok(write(&bytes, &tag)),
            Err(error) => Err(error.into()),
        })
    })
}

fn write(bytes: &[u8], tag: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(armour::Writer::text_len(bytes.len() + TAG_LEN));
    let mut writer = armour::Writer::new(&mut text);
    writer.push(bytes, &mut text);
    writer.push(tag, &mut text);
    writer.finish(&mut text);
    text
}

/// Two jobs over all bytes.
const fn progress(done: usize, len: usize) -> Progress {
    Progress {
        phase: Phase::Seal,
        done_bytes: done as u64,
        total_bytes: 2 * len as u64,
    }
}

impl core::fmt::Debug for SessionList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SessionList(redacted)")
    }
}
