//! Opening: at once by jobs, or in pieces as they arrive.

use zeroize::Zeroizing;

use super::{
    CHUNK_LEN,
    error::OpenError,
    file,
    header::{Header, ObjectContext, ObjectExpectation},
    unframer::{Input, Unframer},
    verified::{Provisional, Verified},
};
use crate::{
    job::{AesGcmJob, Answer, Job, Phase, Progress, Step, software},
    keys::BackupKey,
    wiping,
};

/// Opens an object that arrives in pieces, in memory for one chunk. What it hands out is provisional until
/// [`Opener::finish`] has seen the end.
#[derive(Debug)]
pub struct Opener {
    unframer: Unframer,
    header: Header,
}

impl Opener {
    /// Starts with the first [`Header::LEN`] bytes of the sealed object.
    ///
    /// # Errors
    /// [`OpenError::Header`] if they are not the header of the object that is expected.
    pub fn new(
        backup_key: &BackupKey,
        expected: &ObjectExpectation,
        header: &[u8],
    ) -> Result<Self, OpenError> {
        let (header, rest) = Header::parse(header)?;
        header.check(expected)?;
        let mut unframer = Unframer::new(backup_key, &header);
        unframer.push(rest);
        Ok(Self { unframer, header })
    }

    /// Which version this is, if the first chunk verifies.
    #[must_use]
    pub const fn context(&self) -> ObjectContext {
        self.header.context()
    }

    /// Takes the next sealed bytes and hands out the content of the chunks that they complete.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Provisional<Zeroizing<Vec<u8>>>, OpenError> {
        let mut content = Zeroizing::new(Vec::with_capacity(self.unframer.left() + sealed.len()));
        // In slices of a chunk, so that the buffer never holds more than two.
        for piece in sealed.chunks(CHUNK_LEN) {
            self.unframer.push(piece);
            self.open_chunks(Input::MayGoOn, &mut content)?;
        }
        Ok(self.provisional(content))
    }

    /// The sealed bytes are over: hands out the last content and the proof that the object is whole.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn finish(mut self) -> Result<(Zeroizing<Vec<u8>>, Verified), OpenError> {
        let mut content = Zeroizing::new(Vec::new());
        self.open_chunks(Input::Over, &mut content)?;
        Ok((content, self.verify()?))
    }

    fn open_chunks(&mut self, input: Input, content: &mut Zeroizing<Vec<u8>>) -> Result<(), OpenError> {
        while let Some(job) = self.unframer.next_job(input)? {
            let mut answer = software::open(job);
            if let Some(job) = self.unframer.second_look(&answer) {
                answer = software::open(job);
            }
            self.append(answer, content)?;
        }
        Ok(())
    }

    fn append(&mut self, answer: Answer, content: &mut Zeroizing<Vec<u8>>) -> Result<(), OpenError> {
        let slice = self.unframer.take_answer(answer)?;
        wiping::append(content, slice.as_slice());
        self.unframer.take_back(slice);
        Ok(())
    }
}

/// For engines that work on several chunks at once: the same steps, one by one.
impl Opener {
    /// Takes the next sealed bytes and opens nothing yet.
    pub fn feed(&mut self, sealed: &[u8]) {
        self.unframer.push(sealed);
    }

    /// The next chunk that is whole; `over` says that no sealed bytes come any more. `None` when bytes are missing, or
    /// when an answer must be taken first. What is answered goes to [`Opener::take_answer`], in the order of the jobs.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn next_job(&mut self, over: bool) -> Result<Option<AesGcmJob>, OpenError> {
        self.unframer
            .next_job(if over { Input::Over } else { Input::MayGoOn })
    }

    /// The content of a chunk; or a job whose answer is to be taken in place of this one, which tells a shortened
    /// object from a damaged one.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn take_answer(&mut self, answer: Answer) -> Result<Taken, OpenError> {
        if let Some(job) = self.unframer.second_look(&answer) {
            return Ok(Taken::LookAgain(job));
        }
        let mut content = Zeroizing::new(Vec::with_capacity(CHUNK_LEN));
        self.append(answer, &mut content)?;
        Ok(Taken::Content(self.provisional(content)))
    }

    /// After the answer to the last job: the proof that the object is whole.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn verify(self) -> Result<Verified, OpenError> {
        let content_len = self.unframer.finish()?;
        Ok(Verified::new(
            self.header.context(),
            content_len,
            *self.header.salt(),
        ))
    }

    fn provisional(&self, content: Zeroizing<Vec<u8>>) -> Provisional<Zeroizing<Vec<u8>>> {
        Provisional::new(content, *self.header.salt())
    }
}

/// What [`Opener::take_answer`] makes of an answer.
#[derive(Debug)]
pub enum Taken {
    /// The content of the chunk.
    Content(Provisional<Zeroizing<Vec<u8>>>),
    /// Asked once, about the first chunk.
    LookAgain(AesGcmJob),
}

/// The content of a sealed object, chunk by chunk as jobs. Nothing comes out before the end was verified.
///
/// # Errors
/// [`OpenError`] says what is wrong with the bytes.
pub fn open_object(
    backup_key: &BackupKey,
    expected: &ObjectExpectation,
    sealed: &[u8],
) -> Step<(Zeroizing<Vec<u8>>, Verified), OpenError> {
    let (header, chunks) = match Header::parse(sealed).and_then(|(header, rest)| {
        header.check(expected)?;
        Ok((header, rest))
    }) {
        Ok(parsed) => parsed,
        Err(error) => return Step::Done(Err(error.into())),
    };
    let mut unframer = Unframer::new(backup_key, &header);
    unframer.push(chunks);
    let total = chunks.len();
    Opening {
        unframer,
        header,
        total,
        content: Zeroizing::new(Vec::new()),
    }
    .next()
}

/// The content of a stored file: [`open_object`] of what the zip of [`mod@file`] holds.
///
/// # Errors
/// [`OpenError`] says what is wrong with the bytes.
pub fn open_file(
    backup_key: &BackupKey,
    expected: &ObjectExpectation,
    file: &[u8],
) -> Step<(Zeroizing<Vec<u8>>, Verified), OpenError> {
    match file::parse(file) {
        Ok(sealed) => open_object(backup_key, expected, sealed),
        Err(file::FileError::Truncated) => Step::Done(Err(OpenError::Truncated)),
        Err(file::FileError::Trailing) => Step::Done(Err(OpenError::Trailing)),
        Err(error) => Step::Done(Err(error.into())),
    }
}

/// A whole object on its way through the jobs.
struct Opening {
    unframer: Unframer,
    header: Header,
    total: usize,
    content: Zeroizing<Vec<u8>>,
}

type Opened = (Zeroizing<Vec<u8>>, Verified);

impl Opening {
    fn next(mut self) -> Step<Opened, OpenError> {
        match self.unframer.next_job(Input::Over) {
            Ok(Some(job)) => self.ask(job, Self::look),
            Ok(None) => Step::Done(self.finish()),
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn ask(
        self,
        job: AesGcmJob,
        resume: impl FnOnce(Self, Answer) -> Step<Opened, OpenError> + Send + 'static,
    ) -> Step<Opened, OpenError> {
        let progress = Progress {
            phase: Phase::Open,
            done_bytes: (self.total - self.unframer.left().min(self.total)) as u64,
            total_bytes: self.total as u64,
        };
        Step::ask(Job::AesGcmOpen(job), progress, move |answer| resume(self, answer))
    }

    fn look(mut self, answer: Answer) -> Step<Opened, OpenError> {
        match self.unframer.second_look(&answer) {
            Some(job) => self.ask(job, Self::take),
            None => self.take(answer),
        }
    }

    fn take(mut self, answer: Answer) -> Step<Opened, OpenError> {
        match self.unframer.take_answer(answer) {
            Ok(content) => {
                wiping::append(&mut self.content, content.as_slice());
                self.unframer.take_back(content);
                self.next()
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn finish(self) -> Result<Opened, OpenError> {
        let content_len = self.unframer.finish()?;
        Ok((
            self.content,
            Verified::new(self.header.context(), content_len, *self.header.salt()),
        ))
    }
}
