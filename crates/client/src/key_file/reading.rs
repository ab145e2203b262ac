//! The two readings of a file that is elsewhere, piece by piece.

use keyhaven_core::job::Job;
use keyhaven_core::matrix::exported_session::{Input, UncheckedBatch};
use keyhaven_core::matrix::key_file::{Authenticated, Authentication, Keys, SessionPass};

use super::messages::{Fault, LINES_MAX, Progress, Work};
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

/// The second reading.
pub(super) struct Reading<'a, S, E> {
    source: &'a S,
    engine: &'a E,
    pass: SessionPass,
    at: u64,
    is_over: bool,
}

impl<'a, S: Source, E: Engine> Reading<'a, S, E> {
    pub(super) fn begin(source: &'a S, file: &Authenticated, engine: &'a E) -> Self {
        Self {
            source,
            engine,
            pass: file.read(),
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
            if let Some(batch) = self.pass.next_batch(LINES_MAX)? {
                return Ok(Some(batch));
            }
            if self.is_over {
                return Ok(None);
            }
            let input = if self.at < self.source.len() {
                let piece = next_piece(self.source, self.at).await?;
                self.at += piece.len() as u64;
                self.pass.feed(&piece)?;
                Input::MayGoOn
            } else {
                self.is_over = true;
                Input::Over
            };
            self.decrypt(input).await?;
        }
    }

    async fn decrypt(&mut self, input: Input) -> Result<(), Fault> {
        let mut job = self.pass.next_job(input)?;
        while let Some(asked) = job {
            let answer = self.engine.answer(Job::AesCtr(asked)).await;
            job = match self.pass.take_answer(answer)? {
                Some(again) => Some(again),
                None => self.pass.next_job(input)?,
            };
        }
        Ok(())
    }
}

/// What comes next of a source that is not yet over.
///
/// # Errors
/// [`Fault::Changed`] if there is nothing where something was.
pub(super) async fn next_piece(source: &impl Source, at: u64) -> Result<Vec<u8>, Fault> {
    let piece = source.read(at, PIECE_LEN).await?;
    // A file that has become shorter would be read for ever.
    if piece.is_empty() {
        return Err(Fault::Changed);
    }
    Ok(piece)
}
