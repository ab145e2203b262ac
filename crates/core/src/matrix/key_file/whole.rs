//! A file that is in memory.

use std::sync::Arc;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{
    HEADER_LEN, Header, Keys, Limits, MIN_LEN, OpenKeyFileError, TAG_LEN,
    counter::{KeyStream, Text},
};
use crate::{
    job::{AesCtrJob, HmacJob, Job, Phase, Progress, Step},
    matrix::{
        armour,
        exported_session::{Input, SessionReader, UncheckedBatch},
        passphrase::Passphrase,
    },
};

/// A file whose text was read, closed. A clone shares the bytes.
#[derive(Debug, Clone)]
pub struct SealedKeyFile {
    header: Header,
    /// Header and ciphertext.
    authenticated: Arc<Vec<u8>>,
    tag: [u8; TAG_LEN],
}

/// Reads the text of a file in pieces, into memory.
#[derive(Debug)]
pub struct SealedKeyFileReader {
    armour: armour::Reader,
    bytes: Vec<u8>,
}

/// A file that was authenticated and decrypted.
#[derive(Debug)]
pub struct OpenedKeyFile {
    sessions: SessionReader,
}

impl SealedKeyFile {
    /// Reads the text of a whole file. Its rounds are checked when it is opened, so that a person can be asked before.
    ///
    /// # Errors
    /// [`OpenKeyFileError`] that needs no passphrase.
    pub fn parse(text: &[u8]) -> Result<Self, OpenKeyFileError> {
        let mut reader = SealedKeyFileReader::for_len(text.len());
        reader.push(text)?;
        reader.finish()
    }

    /// What can be told before it is opened.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Derives the keys, checks the tag, and only then decrypts.
    ///
    /// # Errors
    /// [`OpenKeyFileError`].
    pub fn open(&self, passphrase: &Passphrase, limits: &Limits) -> Step<OpenedKeyFile, OpenKeyFileError> {
        let file = self.clone();
        Keys::derive(self.header, passphrase, limits).then(|keys| match keys {
            Ok(keys) => file.authenticate(keys),
            Err(error) => Step::Done(Err(error)),
        })
    }

    fn authenticate(self, keys: Keys) -> Step<OpenedKeyFile, OpenKeyFileError> {
        let job = Job::Hmac(HmacJob {
            key: Arc::clone(&keys.mac),
            text: Arc::clone(&self.authenticated),
        });
        let progress = self.progress(0);
        Step::ask(job, progress, move |tag| match tag {
            Ok(tag) if bool::from(tag.ct_eq(&self.tag)) => self.decrypt(&keys),
            Ok(_) => Step::Done(Err(OpenKeyFileError::WrongPassphraseOrDamaged)),
            Err(error) => Step::Done(Err(error.into())),
        })
    }

    fn decrypt(&self, keys: &Keys) -> Step<OpenedKeyFile, OpenKeyFileError> {
        let ciphertext = self.authenticated.get(HEADER_LEN..).unwrap_or_default();
        let mut key_stream = KeyStream::new(keys);
        let job = key_stream.next_job(Zeroizing::new(ciphertext.to_vec()));
        self.ask(job, key_stream)
    }

    fn ask(&self, job: AesCtrJob, mut key_stream: KeyStream) -> Step<OpenedKeyFile, OpenKeyFileError> {
        let progress = self.progress(job.text.len());
        let file = self.clone();
        Step::ask(Job::AesCtr(job), progress, move |text| match text {
            Ok(text) => match key_stream.take(text, true) {
                Text::Plain(text) => Step::Done(OpenedKeyFile::of(text)),
                Text::Again(job) => file.ask(job, key_stream),
            },
            Err(error) => Step::Done(Err(error.into())),
        })
    }

    /// Two jobs over all bytes.
    fn progress(&self, done: usize) -> Progress {
        Progress {
            phase: Phase::Open,
            done_bytes: done as u64,
            total_bytes: 2 * self.authenticated.len() as u64,
        }
    }
}

impl SealedKeyFileReader {
    /// Before the first byte of a text that has `len` bytes.
    #[must_use]
    pub fn for_len(len: usize) -> Self {
        Self {
            armour: armour::Reader::new(),
            bytes: Vec::with_capacity(len / 4 * 3),
        }
    }

    /// Takes the next piece of the text.
    ///
    /// # Errors
    /// [`OpenKeyFileError`] that needs no passphrase.
    pub fn push(&mut self, text: &[u8]) -> Result<(), OpenKeyFileError> {
        Ok(self.armour.push(text, &mut self.bytes)?)
    }

    /// The text is over.
    ///
    /// # Errors
    /// [`OpenKeyFileError`] that needs no passphrase.
    pub fn finish(self) -> Result<SealedKeyFile, OpenKeyFileError> {
        let Self { armour, mut bytes } = self;
        armour.finish()?;
        let damaged = OpenKeyFileError::DamagedHeader { len: bytes.len() };
        if bytes.len() < MIN_LEN {
            return Err(damaged);
        }
        let header = Header::parse(bytes.first_chunk().ok_or(damaged)?)?;
        let tag = *bytes.last_chunk().ok_or(damaged)?;
        bytes.truncate(bytes.len() - TAG_LEN);
        Ok(SealedKeyFile {
            header,
            authenticated: Arc::new(bytes),
            tag,
        })
    }
}

impl OpenedKeyFile {
    fn of(text: Zeroizing<Vec<u8>>) -> Result<Self, OpenKeyFileError> {
        let mut sessions = SessionReader::over(text);
        sessions.begin(Input::Over)?;
        Ok(Self { sessions })
    }

    /// The next sessions, at most so many; `None` after the last.
    ///
    /// # Errors
    /// [`OpenKeyFileError::NotSessions`], which was found out before.
    pub fn next_batch(&mut self, most: usize) -> Result<Option<UncheckedBatch>, OpenKeyFileError> {
        Ok(self.sessions.next_batch(most, Input::Over)?)
    }
}
