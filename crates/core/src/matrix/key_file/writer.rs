//! Writing a key file of any size: what is in memory is one segment.

use hmac::{Hmac, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Header, Keys, Rounds, SEGMENT_LEN, SealKeyFileError, counter::KeyStream};
use crate::{
    job::{AesCtrJob, Answer, Job, Phase, Progress, Step},
    matrix::{armour, exported_session::BatchEntry, passphrase::Passphrase},
    wiping,
};

/// A key file in the making. Sessions go in, one after the other; text comes out as soon as a segment is full.
///
/// ```text
/// push … next_job ─ answer ─▶ take_answer … take_text …   finish ─ answer ─▶ the end of the text
/// ```
pub struct KeyFileWriter {
    keys: Keys,
    mac: Hmac<Sha256>,
    key_stream: KeyStream,
    armour: armour::Writer,
    /// What was not encrypted yet: a bracket before the first session, a comma before each other one.
    plain: Zeroizing<Vec<u8>>,
    sessions: u64,
    /// What was written and not taken yet.
    text: Vec<u8>,
}

impl KeyFileWriter {
    /// Begins a file: derives its keys, by one slow job, from a salt of its own.
    ///
    /// # Errors
    /// The engine's.
    pub fn begin(
        passphrase: &Passphrase,
        rounds: Rounds,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Step<Self, SealKeyFileError> {
        let header = Header::generate(rounds.get(), rng);
        Keys::derive_within(header, passphrase).map_result(|keys| Ok(Self::with_keys(keys?)))
    }

    fn with_keys(keys: Keys) -> Self {
        let mut text = Vec::new();
        let header = keys.header.to_bytes();
        let mut writer = Self {
            mac: keys.start_mac(),
            key_stream: KeyStream::new(&keys),
            keys,
            armour: armour::Writer::new(&mut text),
            plain: Zeroizing::new(Vec::new()),
            sessions: 0,
            text,
        };
        writer.write(&header);
        writer
    }

    /// The keys of this file, for whoever reads it again once it is written: a second derivation would give the same.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.keys.clone()
    }

    /// Adds a session.
    pub fn push(&mut self, session: &BatchEntry<'_>) {
        // EXPOSE: this file is where it is sealed.
        let json = session.expose_secret();
        wiping::reserve(&mut self.plain, json.len() + 1);
        self.plain.push(if self.sessions == 0 { b'[' } else { b',' });
        self.plain.extend_from_slice(json);
        self.sessions += 1;
    }

    /// How many sessions were added.
    #[must_use]
    pub const fn sessions(&self) -> u64 {
        self.sessions
    }

    /// The next segment, if there is a full one. Its answer goes to [`Self::take_answer`] before the next is asked for.
    pub fn next_job(&mut self) -> Option<AesCtrJob> {
        let segment = self.plain.get(..SEGMENT_LEN)?;
        let segment = Zeroizing::new(segment.to_vec());
        // What was taken is overwritten by what follows it; the buffer is wiped as a whole.
        self.plain.drain(..SEGMENT_LEN);
        Some(self.key_stream.next_job(segment))
    }

    /// Takes the ciphertext of the last job.
    ///
    /// # Errors
    /// The engine's.
    pub fn take_answer(&mut self, answer: Answer) -> Result<(), SealKeyFileError> {
        let ciphertext = answer?;
        self.write(&ciphertext);
        Ok(())
    }

    /// What of the text was written since it was last asked for.
    #[must_use]
    pub fn take_text(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.text)
    }

    /// Ends the file, and gives the rest of its text.
    ///
    /// # Errors
    /// The engine's.
    pub fn finish(mut self) -> Step<Vec<u8>, SealKeyFileError> {
        let end: &[u8] = if self.sessions == 0 { b"[]" } else { b"]" };
        wiping::append(&mut self.plain, end);
        self.encrypt_rest()
    }

    fn encrypt_rest(mut self) -> Step<Vec<u8>, SealKeyFileError> {
        if let Some(job) = self.next_job() {
            return self.ask(job, Self::encrypt_rest);
        }
        let rest = core::mem::take(&mut self.plain);
        let job = self.key_stream.next_job(rest);
        self.ask(job, |writer| Step::Done(Ok(writer.close())))
    }

    fn ask(
        mut self,
        job: AesCtrJob,
        next: impl FnOnce(Self) -> Step<Vec<u8>, SealKeyFileError> + Send + 'static,
    ) -> Step<Vec<u8>, SealKeyFileError> {
        Step::ask(
            Job::AesCtr(job),
            Progress::of(Phase::Seal),
            move |answer| match self.take_answer(answer) {
                Ok(()) => next(self),
                Err(error) => Step::Done(Err(error)),
            },
        )
    }

    fn close(mut self) -> Vec<u8> {
        let tag = self.mac.finalize().into_bytes();
        self.armour.push(&tag, &mut self.text);
        self.armour.finish(&mut self.text);
        self.text
    }

    /// Writes bytes that the tag is over.
    fn write(&mut self, bytes: &[u8]) {
        self.mac.update(bytes);
        self.armour.push(bytes, &mut self.text);
    }
}

impl core::fmt::Debug for KeyFileWriter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyFileWriter")
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}
