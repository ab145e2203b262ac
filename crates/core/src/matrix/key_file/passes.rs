//! A file of any size, read twice.

use core::fmt;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::{
    Keys, OpenKeyFileError, TAG_LEN,
    counter::{KeyStream, Text},
    segments::{Part, Segments},
};
use crate::{
    job::{AesCtrJob, Answer, software},
    matrix::exported_session::{Input, SessionReader, UncheckedBatch},
};

type Tag = [u8; TAG_LEN];

/// The first reading: is this the passphrase, and is every byte what was written?
pub struct Authentication {
    keys: Keys,
    segments: Segments,
    mac: Hmac<Sha256>,
    /// Of everything up to the end of each segment.
    prefixes: Vec<Tag>,
}

/// The file, its keys known to be right: the way to the second reading.
#[derive(Debug)]
pub struct Authenticated {
    keys: Keys,
    prefixes: Vec<Tag>,
}

/// The second reading: gives the sessions. Memory stays at some segments, however long the file is.
pub struct SessionPass {
    segments: Segments,
    mac: Hmac<Sha256>,
    prefixes: std::vec::IntoIter<Tag>,
    key_stream: KeyStream,
    sessions: SessionReader,
    /// The input is over, and so is the plaintext.
    over: bool,
    /// Whether the job that is out is about the last segment.
    last: bool,
}

impl Authentication {
    /// Begins with the keys of a file whose header was read.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self {
            mac: keys.start_mac(),
            keys,
            segments: Segments::default(),
            prefixes: Vec::new(),
        }
    }

    /// Takes the next piece of the file.
    ///
    /// # Errors
    /// [`OpenKeyFileError`].
    pub fn push(&mut self, text: &[u8]) -> Result<(), OpenKeyFileError> {
        self.segments.push(text)?;
        self.go_on(Input::MayGoOn).map(drop)
    }

    /// The file is over.
    ///
    /// # Errors
    /// [`OpenKeyFileError::WrongPassphraseOrDamaged`], or what is wrong with the text.
    pub fn finish(mut self) -> Result<Authenticated, OpenKeyFileError> {
        let tag = self.go_on(Input::Over)?;
        let found = tag.ok_or(OpenKeyFileError::Incomplete)?;
        if !bool::from(tag_of(&self.mac).ct_eq(&found)) {
            return Err(OpenKeyFileError::WrongPassphraseOrDamaged);
        }
        Ok(Authenticated {
            keys: self.keys,
            prefixes: self.prefixes,
        })
    }

    fn go_on(&mut self, input: Input) -> Result<Option<Tag>, OpenKeyFileError> {
        while let Some(part) = self.segments.next(input)? {
            match part {
                Part::Header(header) => {
                    if self.keys.header.to_bytes() != header {
                        return Err(OpenKeyFileError::Changed);
                    }
                    self.mac.update(&header);
                }
                Part::Segment { bytes, .. } => {
                    self.mac.update(&bytes);
                    self.prefixes.push(tag_of(&self.mac));
                }
                Part::Tag(tag) => return Ok(Some(tag)),
            }
        }
        Ok(None)
    }
}

impl Authenticated {
    /// Begins the second reading, or reads once more.
    #[must_use]
    pub fn read(&self) -> SessionPass {
        SessionPass {
            segments: Segments::default(),
            mac: self.keys.start_mac(),
            prefixes: self.prefixes.clone().into_iter(),
            key_stream: KeyStream::new(&self.keys),
            sessions: SessionReader::new(),
            over: false,
            last: false,
        }
    }
}

impl SessionPass {
    /// Takes the next piece of the file, and decrypts what it completes.
    ///
    /// # Errors
    /// [`OpenKeyFileError::Changed`] if this is not the file that was authenticated.
    pub fn push(&mut self, text: &[u8]) -> Result<(), OpenKeyFileError> {
        self.feed(text)?;
        self.decrypt(Input::MayGoOn)
    }

    /// The file is over. [`SessionPass::next_batch`] goes on until there is no more.
    ///
    /// # Errors
    /// As [`SessionPass::push`].
    pub fn end(&mut self) -> Result<(), OpenKeyFileError> {
        self.decrypt(Input::Over)
    }

    /// The next sessions of what was decrypted, at most so many; `None` if there are no more, for now or for good.
    ///
    /// # Errors
    /// [`OpenKeyFileError::NotSessions`].
    pub fn next_batch(&mut self, most: usize) -> Result<Option<UncheckedBatch>, OpenKeyFileError> {
        let input = if self.over { Input::Over } else { Input::MayGoOn };
        Ok(self.sessions.next_batch(most, input)?)
    }

    fn decrypt(&mut self, input: Input) -> Result<(), OpenKeyFileError> {
        let mut job = self.next_job(input)?;
        while let Some(asked) = job {
            job = match self.take_answer(software::aes_ctr(asked))? {
                Some(again) => Some(again),
                None => self.next_job(input)?,
            };
        }
        Ok(())
    }
}

/// For engines that decrypt elsewhere: the same steps, one by one.
impl SessionPass {
    /// Takes the next piece of the file and decrypts nothing yet.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn feed(&mut self, text: &[u8]) -> Result<(), OpenKeyFileError> {
        self.segments.push(text)
    }

    /// The next segment that is whole and what was authenticated. `None` when bytes are missing, or all are through.
    /// The answer goes to [`SessionPass::take_answer`] before the next job is asked for.
    ///
    /// # Errors
    /// [`OpenKeyFileError::Changed`] if this is not the file that was authenticated.
    pub fn next_job(&mut self, input: Input) -> Result<Option<AesCtrJob>, OpenKeyFileError> {
        while let Some(part) = self.segments.next(input)? {
            match part {
                Part::Header(header) => self.mac.update(&header),
                Part::Segment { bytes, last } => {
                    self.mac.update(&bytes);
                    self.check_prefix()?;
                    self.last = last;
                    return Ok(Some(self.key_stream.next_job(bytes)));
                }
                Part::Tag(tag) => {
                    let is_same = bool::from(tag_of(&self.mac).ct_eq(&tag)) && self.prefixes.next().is_none();
                    if !is_same {
                        return Err(OpenKeyFileError::Changed);
                    }
                    self.over = true;
                }
            }
        }
        Ok(None)
    }

    /// Takes plaintext; or asks for it once more, where the file does not say how wide its counter is.
    ///
    /// # Errors
    /// The engine's.
    pub fn take_answer(&mut self, answer: Answer) -> Result<Option<AesCtrJob>, OpenKeyFileError> {
        match self.key_stream.take(answer?, self.last) {
            Text::Plain(text) => {
                self.sessions.push(&text);
                Ok(None)
            }
            Text::Again(job) => Ok(Some(job)),
        }
    }

    fn check_prefix(&mut self) -> Result<(), OpenKeyFileError> {
        let expected = self.prefixes.next().ok_or(OpenKeyFileError::Changed)?;
        if bool::from(tag_of(&self.mac).ct_eq(&expected)) {
            Ok(())
        } else {
            Err(OpenKeyFileError::Changed)
        }
    }
}

/// The tag of what was taken so far. More may follow.
fn tag_of(mac: &Hmac<Sha256>) -> Tag {
    mac.clone().finalize().into_bytes().into()
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("segments", &self.prefixes.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionPass")
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}
