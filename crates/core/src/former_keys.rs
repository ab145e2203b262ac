//! Backup keys that another one took the place of, sealed under the one in force.
//!
//! ```text
//! key        = HKDF-SHA-256(BK, "keyhaven/persona/former-keys/1")
//! ciphertext = AES-256-GCM(key, 12 random bytes, text, aad = "keyhaven/persona/former-keys/1" ‖ account id)
//! text       = version (u8, 1), generation (u32 BE), count (u8, 1 to 32), count × 32 bytes, newest key first
//! ```
//!
//! The generation numbers the backup keys of an account: 0 is the first, each one that takes the place of another adds
//! one. With fewer than 32 former keys it is their number; at 32 it goes on, since the oldest of them are dropped.
//!
//! A new backup key is put in force by one write of the key record, which carries the keys before it in this form. So
//! there is no moment in which something cannot be opened: what was sealed before that write opens with a former key,
//! what is sealed after it with the new one, and what is sealed again moves from the first to the second. How much of
//! it has moved is no matter of this record: each entry of the inventory names the generation of its object.

use std::sync::Arc;

use keyhaven_protocol::{
    base64url::{B64, B64Within},
    parts::parts,
    persona::{AccountId, SealedFormerKeys, former_keys::FORMER_KEYS_MAX},
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    hkdf,
    job::{AesGcmJob, AesKey, Job, JobError, NONCE_LEN, Phase, Progress, Step},
    keys::BackupKey,
};

const LABEL: &[u8] = b"keyhaven/persona/former-keys/1";
const VERSION: u8 = 1;
/// Version, generation and count.
const HEAD_LEN: usize = 6;

/// The backup key of an account, with those that it took the place of.
#[derive(Debug)]
pub struct BackupKeys {
    present: Arc<BackupKey>,
    /// Of the present one.
    generation: u32,
    /// Newest first, [`FORMER_KEYS_MAX`] at most.
    former: Vec<Arc<BackupKey>>,
}

/// Why former keys stay closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenFormerKeysError {
    /// Altered, or sealed under another key or for another account.
    #[error("the former keys are damaged or those of another backup")]
    NotAuthentic,
    /// Sealed by a newer version of this software.
    #[error("version {found} of the former keys is not known")]
    Version {
        /// As written.
        found: u8,
    },
    /// Generation, count or length is none that this format writes, although the tag is good.
    #[error("the former keys are not as this format writes them")]
    Malformed,
    /// The engine failed, which says nothing of the former keys.
    #[error("the former keys were not opened")]
    Job(#[source] JobError),
}

impl BackupKeys {
    /// A backup key that no other one came before.
    #[must_use]
    pub fn first(present: BackupKey) -> Self {
        Self {
            present: Arc::new(present),
            generation: 0,
            former: Vec::new(),
        }
    }

    /// The backup key in force with the keys before it, out of what is stored beside its wraps.
    ///
    /// # Errors
    /// [`OpenFormerKeysError`]; nothing of `sealed` is handed out then.
    pub fn open(
        present: BackupKey,
        account_id: AccountId,
        sealed: &SealedFormerKeys,
    ) -> Step<Self, OpenFormerKeysError> {
        let text = Zeroizing::new(sealed.ciphertext.as_ref().to_vec());
        let job = Job::AesGcmOpen(job(&present, account_id, sealed.nonce.0, text));
        Step::ask(job, Progress::of(Phase::Keys), move |text| {
            Step::Done(match text {
                Ok(text) => parse(&text).map(|(generation, former)| Self {
                    present: Arc::new(present),
                    generation,
                    former,
                }),
                Err(JobError::NotAuthentic) => Err(OpenFormerKeysError::NotAuthentic),
                Err(error) => Err(OpenFormerKeysError::Job(error)),
            })
        })
    }

    /// The one in force: everything that is sealed from now on is sealed under it.
    #[must_use]
    pub fn present(&self) -> &BackupKey {
        &self.present
    }

    /// How many backup keys the account had before the one in force.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The one in force, then those before it, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &BackupKey> {
        core::iter::once(&self.present)
            .chain(&self.former)
            .map(AsRef::as_ref)
    }

    /// All of them, each with its generation, in the order in which they are tried on what is said to be sealed under
    /// `generation`: that one, if it is there, then the others, newest first.
    pub fn beginning_with(&self, generation: u32) -> impl Iterator<Item = (u32, &BackupKey)> {
        let numbered = move || (0..=self.generation).rev().zip(self.newest_first());
        numbered()
            .filter(move |(number, _)| *number == generation)
            .chain(numbered().filter(move |(number, _)| *number != generation))
    }

    /// With `next` in force, under which nothing is sealed yet. With [`FORMER_KEYS_MAX`] former keys the oldest is
    /// dropped: what only it opens is lost.
    #[must_use]
    pub fn followed_by(&self, next: BackupKey) -> Self {
        let former = core::iter::once(&self.present).chain(&self.former);
        Self {
            present: Arc::new(next),
            generation: self.generation.saturating_add(1),
            former: former.take(FORMER_KEYS_MAX).cloned().collect(),
        }
    }

    /// The former keys under the one in force; `None` where there are none.
    ///
    /// # Errors
    /// [`JobError`] if the engine fails.
    pub fn seal_former(
        &self,
        account_id: AccountId,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Step<Option<SealedFormerKeys>, JobError> {
        let Ok(count) = u8::try_from(self.former.len()) else {
            return Step::Done(Err(JobError::Engine));
        };
        if count == 0 {
            return Step::Done(Ok(None));
        }
        let mut nonce = [0; NONCE_LEN];
        rng.fill_bytes(&mut nonce);
        // Reserved at once: growing would leave an unwiped copy of the keys.
        let len = HEAD_LEN + self.former.len() * BackupKey::LEN;
        let mut text = Zeroizing::new(Vec::with_capacity(len));
        text.push(VERSION);
        text.extend(self.generation.to_be_bytes());
        text.push(count);
        for key in &self.former {
            // EXPOSE: the plaintext; the buffer is wiped.
            text.extend_from_slice(key.expose_secret());
        }
        let job = Job::AesGcmSeal(job(&self.present, account_id, nonce, text));
        Step::ask(job, Progress::of(Phase::Keys), Step::Done).map_result(move |sealed| {
            let ciphertext = core::mem::take(&mut *sealed?);
            Ok(Some(SealedFormerKeys {
                nonce: B64(nonce),
                ciphertext: B64Within::new(ciphertext).map_err(|_| JobError::Engine)?,
            }))
        })
    }
}

/// The generation and the keys of a text that has verified. The length is compared before a key is taken.
fn parse(text: &[u8]) -> Result<(u32, Vec<Arc<BackupKey>>), OpenFormerKeysError> {
    let Some((&[version, g0, g1, g2, g3, count], keys)) = text.split_first_chunk::<HEAD_LEN>() else {
        return Err(OpenFormerKeysError::Malformed);
    };
    if version != VERSION {
        return Err(OpenFormerKeysError::Version { found: version });
    }
    let (keys, rest) = keys.as_chunks::<{ BackupKey::LEN }>();
    let is_whole = rest.is_empty() && keys.len() == usize::from(count);
    if !is_whole || !(1..=FORMER_KEYS_MAX).contains(&keys.len()) {
        return Err(OpenFormerKeysError::Malformed);
    }
    let generation = u32::from_be_bytes([g0, g1, g2, g3]);
    // None is dropped before there are too many.
    let followed = u32::from(count);
    if generation < followed || (generation > followed && keys.len() < FORMER_KEYS_MAX) {
        return Err(OpenFormerKeysError::Malformed);
    }
    let take = |bytes: &[u8; BackupKey::LEN]| Arc::new(BackupKey::take_bytes(&mut { *bytes }));
    Ok((generation, keys.iter().map(take).collect()))
}

fn job(
    present: &BackupKey,
    account_id: AccountId,
    nonce: [u8; NONCE_LEN],
    text: Zeroizing<Vec<u8>>,
) -> AesGcmJob {
    // EXPOSE: input of a derivation.
    let key = AesKey::take_bytes(&mut hkdf::derive(&[], present.expose_secret(), LABEL));
    AesGcmJob {
        key: Arc::new(key),
        nonce,
        associated_data: parts(&[LABEL, account_id.as_bytes()]),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(generation: u32, count: u8, keys: usize) -> Vec<u8> {
        let mut text = vec![VERSION];
        text.extend(generation.to_be_bytes());
        text.push(count);
        text.resize(HEAD_LEN + keys * BackupKey::LEN, 7);
        text
    }

    #[test]
    fn the_generation_is_the_number_of_former_keys_until_some_are_dropped_and_then_above_it() {
        for (generation, count) in [(1, 1), (2, 2), (31, 31), (32, 32), (33, 32), (u32::MAX, 32)] {
            let read = parse(&text(generation, count, usize::from(count)));
            let read = read.map(|(generation, keys)| (generation, keys.len()));
            assert_eq!(read, Ok((generation, usize::from(count))));
        }
        for (generation, count) in [(0, 1), (2, 1), (1, 2), (32, 31), (31, 32)] {
            let read = parse(&text(generation, count, usize::from(count)));
            assert_eq!(read.err(), Some(OpenFormerKeysError::Malformed), "{generation}");
        }
    }

    #[test]
    fn there_are_as_many_keys_as_the_text_says_one_at_least_and_thirty_two_at_most() {
        for (count, keys) in [(0, 0), (33, 33), (2, 1), (1, 2)] {
            let read = parse(&text(u32::from(count), count, keys));
            assert_eq!(read.err(), Some(OpenFormerKeysError::Malformed), "{count}");
        }
        for text in [
            text(1, 1, 1)[..HEAD_LEN - 1].to_vec(),
            [text(1, 1, 1), vec![7]].concat(),
        ] {
            assert_eq!(parse(&text).err(), Some(OpenFormerKeysError::Malformed));
        }
    }
}
