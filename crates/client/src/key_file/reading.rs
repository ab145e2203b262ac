//! The two readings of a file that is elsewhere, piece by piece.

use keyhaven_core::job::Job;
use keyhaven_core::matrix::exported_session::{Input, UncheckedBatch};
use keyhaven_core::matrix::key_file::{Authenticated, Authentication, Keys, SessionPass};
use zeroize::Zeroizing;

use super::messages::{Fault, LINES_MAX, Progress, Work};
use super::plain::{Pieces, PlainPass};
use super::source::Source;
use crate::engine::Engine;

/// Bytes of text that are read together.
const PIECE_LEN: usize = 1024 * 1024;

/// The first reading: nothing is decrypted.
///
/// # Errors
/// [`Fault::WrongPassphrase`], or what is wrong with the file.
pub(super) async fn authenticate(
    source: &impl Source,
    keys: Keys,
    on_progress: &dyn Fn(Progress),
) -> Result<Authenticated, Fault> {
    let mut authentication = Authentication::new(keys);
    let total = source.len();
    let mut at = 0;
    while at < total {
        on_progress(Progress {
            work: Work::Checking,
            done: at,
            total,
        });
        let piece = next_piece(source, at).await?;
        authentication.push(&piece)?;
        at += piece.len() as u64;
    }
    Ok(authentication.finish()?)
}

/// What is known of a file since its first reading, and what it takes to read it again.
#[derive(Debug)]
pub(super) enum Known {
    /// A key file.
    Locked(Authenticated),
    /// A list of sessions that nothing protects.
    Plain(Pieces),
}

enum Pass {
    Locked(Box<SessionPass>),
    Plain(PlainPass),
}

/// The second reading, or a later one.
pub(super) struct Reading<'a, S, E> {
    source: &'a S,
    engine: &'a E,
    pass: Pass,
    at: u64,
    is_over: bool,
}

impl<'a, S: Source, E: Engine> Reading<'a, S, E> {
    pub(super) fn begin(source: &'a S, file: &Known, engine: &'a E) -> Self {
        Self {
            source,
            engine,
            pass: match file {
                Known::Locked(file) => Pass::Locked(Box::new(file.read())),
                Known::Plain(pieces) => Pass::Plain(PlainPass::begin(pieces)),
            },
            at: 0,
            is_over: false,
        }
    }

    /// Bytes of the file that were read.
    pub(super) const fn done(&self) -> u64 {
        self.at
    }

    /// The next sessions, at most [`LINES_MAX`] of them; `None` after the last.
    ///
    /// # Errors
    /// [`Fault::Changed`] if this is not the file that was authenticated.
    pub(super) async fn next(&mut self) -> Result<Option<UncheckedBatch>, Fault> {
        loop {
            if let Some(batch) = self.pass.next_batch()? {
                return Ok(Some(batch));
            }
            if self.is_over {
                return Ok(None);
            }
            if self.at < self.source.len() {
                let piece = next_piece(self.source, self.at).await?;
                self.at += piece.len() as u64;
                self.pass.feed(&piece, self.engine).await?;
            } else {
                self.is_over = true;
                self.pass.end(self.engine).await?;
            }
        }
    }
}

impl Pass {
    fn next_batch(&mut self) -> Result<Option<UncheckedBatch>, Fault> {
        match self {
            Self::Locked(pass) => Ok(pass.next_batch(LINES_MAX)?),
            Self::Plain(pass) => pass.next_batch(LINES_MAX),
        }
    }

    async fn feed(&mut self, piece: &[u8], engine: &impl Engine) -> Result<(), Fault> {
        match self {
            Self::Locked(pass) => {
                pass.feed(piece)?;
                decrypt(pass, Input::MayGoOn, engine).await
            }
            Self::Plain(pass) => pass.feed(piece),
        }
    }

    async fn end(&mut self, engine: &impl Engine) -> Result<(), Fault> {
        match self {
            Self::Locked(pass) => decrypt(pass, Input::Over, engine).await,
            Self::Plain(pass) => pass.end(),
        }
    }
}

async fn decrypt(pass: &mut SessionPass, input: Input, engine: &impl Engine) -> Result<(), Fault> {
    let mut job = pass.next_job(input)?;
    while let Some(asked) = job {
        let answer = engine.answer(Job::AesCtr(asked)).await;
        job = match pass.take_answer(answer)? {
            Some(again) => Some(again),
            None => pass.next_job(input)?,
        };
    }
    Ok(())
}

/// What comes next of a source that is not yet over.
///
/// # Errors
/// [`Fault::Changed`] if there is nothing where something was.
pub(super) async fn next_piece(source: &impl Source, at: u64) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let piece = Zeroizing::new(source.read(at, PIECE_LEN).await?);
    // A file that has become shorter would be read for ever.
    if piece.is_empty() {
        return Err(Fault::Changed);
    }
    Ok(piece)
}
