//! Sealing and opening in pieces, in constant memory, with several chunks at the browser at once: a chunk's way there
//! and back takes longer than its encryption.

use core::fmt;

use futures_util::{
    StreamExt as _,
    future::{FutureExt as _, LocalBoxFuture},
    stream::FuturesOrdered,
};
use keyhaven_core::{
    job::{AesGcmJob, Answer, Job, JobError},
    object::{OpenError, Opener, Provisional, SealError, Sealer, Taken, Verified},
};
use zeroize::Zeroizing;

use crate::{
    aes_gcm::Usage,
    engine::{self, Key},
};

/// Chunks of 64 KiB that are at the browser at most.
const AT_ONCE: usize = 8;

/// [`Sealer`] with the browser's cipher. As there, what was written is to be thrown away after an error.
#[derive(Debug)]
pub struct SealStream {
    sealer: Sealer,
    chunks: Chunks,
}

/// [`Opener`] with the browser's cipher. As there, what was handed out is void after an error.
#[derive(Debug)]
pub struct OpenStream {
    opener: Opener,
    chunks: Chunks,
}

impl SealStream {
    /// Goes on with a sealer whose header is written.
    #[must_use]
    pub fn new(sealer: Sealer) -> Self {
        Self {
            sealer,
            chunks: Chunks::new(Usage::Seal),
        }
    }

    /// Takes the next bytes of content and appends chunks that are sealed to `out`, not always those of these bytes.
    ///
    /// # Errors
    /// As [`Sealer::push`].
    pub async fn push(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let mut rest = content;
        while let Some(job) = self.sealer.next_job(&mut rest)? {
            self.start(job, out).await?;
        }
        Ok(())
    }

    /// After the last content: appends the next chunk of the rest, which is longer than memory should hold at once.
    /// `false` when there is none left.
    ///
    /// # Errors
    /// As [`Sealer::finish`].
    pub async fn finish_chunk(&mut self, out: &mut Vec<u8>) -> Result<bool, SealError> {
        while !self.chunks.is_full()
            && let Some(job) = self.sealer.last_job()?
        {
            self.chunks.start(job).await;
        }
        let Some(answer) = self.chunks.answer().await else {
            return Ok(false);
        };
        self.sealer.take_answer(answer, out)?;
        Ok(true)
    }

    async fn start(&mut self, job: AesGcmJob, out: &mut Vec<u8>) -> Result<(), SealError> {
        if self.chunks.is_full()
            && let Some(answer) = self.chunks.answer().await
        {
            self.sealer.take_answer(answer, out)?;
        }
        self.chunks.start(job).await;
        Ok(())
    }
}

type Pieces = Vec<Provisional<Zeroizing<Vec<u8>>>>;

impl OpenStream {
    /// Goes on with an opener that has read the header.
    #[must_use]
    pub fn new(opener: Opener) -> Self {
        Self {
            opener,
            chunks: Chunks::new(Usage::Open),
        }
    }

    /// Takes the next sealed bytes and appends the content of chunks that are open to `out`, not always those of these
    /// bytes.
    ///
    /// # Errors
    /// As [`Opener::push`].
    pub async fn push(&mut self, sealed: &[u8], out: &mut Pieces) -> Result<(), OpenError> {
        self.opener.feed(sealed);
        loop {
            self.start_all(false, out).await?;
            // Nothing is known of the object before its first chunk is open; after that, no chunk waits for another.
            if self.chunks.has_first_only() {
                self.take(out).await?;
            } else {
                return Ok(());
            }
        }
    }

    /// The sealed bytes are over: appends the last content and hands out the proof that the object is whole.
    ///
    /// # Errors
    /// As [`Opener::finish`].
    pub async fn finish(mut self, out: &mut Pieces) -> Result<Verified, OpenError> {
        loop {
            self.start_all(true, out).await?;
            if !self.take(out).await? {
                return self.opener.verify();
            }
        }
    }

    /// Hands over every chunk that is there; `over` when no more bytes come.
    async fn start_all(&mut self, over: bool, out: &mut Pieces) -> Result<(), OpenError> {
        while let Some(job) = self.opener.next_job(over)? {
            if self.chunks.is_full() {
                self.take(out).await?;
            }
            self.chunks.start(job).await;
        }
        Ok(())
    }

    /// The content of the first chunk that is at the browser; `false` if none is.
    async fn take(&mut self, out: &mut Pieces) -> Result<bool, OpenError> {
        let Some(answer) = self.chunks.answer().await else {
            return Ok(false);
        };
        match self.opener.take_answer(answer)? {
            Taken::Content(content) => out.push(content),
            // Of the first chunk: no other one is at the browser.
            Taken::LookAgain(job) => {
                self.chunks.start(job).await;
                let answer = self.chunks.answer().await.unwrap_or(Err(JobError::Engine));
                if let Taken::Content(content) = self.opener.take_answer(answer)? {
                    out.push(content);
                }
            }
        }
        Ok(true)
    }
}

/// The chunks of one object that are at the browser, in their order.
struct Chunks {
    usage: Usage,
    key: Option<Key>,
    at_work: FuturesOrdered<LocalBoxFuture<'static, Answer>>,
    started: u64,
}

impl Chunks {
    fn new(usage: Usage) -> Self {
        Self {
            usage,
            key: None,
            at_work: FuturesOrdered::new(),
            started: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.at_work.len() >= AT_ONCE
    }

    fn has_first_only(&self) -> bool {
        self.started == 1 && self.at_work.len() == 1
    }

    /// Hands a chunk over. All chunks of an object have one key, which is imported for the first.
    async fn start(&mut self, job: AesGcmJob) {
        let key = match self.key.take() {
            Some(key) => key,
            None => Key::import(&job.key, self.usage).await,
        };
        let job = match self.usage {
            Usage::Seal => Job::AesGcmSeal(job),
            Usage::Open => Job::AesGcmOpen(job),
        };
        self.at_work
            .push_back(engine::answer_with(key.clone(), job).boxed_local());
        self.key = Some(key);
        self.started += 1;
    }

    async fn answer(&mut self) -> Option<Answer> {
        self.at_work.next().await
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("at_work", &self.at_work.len())
            .finish_non_exhaustive()
    }
}
