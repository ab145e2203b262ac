//! Lists of sessions that nothing protects, as some programs write them. What the tag does for a key file, hashes of its
//! pieces do here: what is read later is what was there when the file was opened.

use keyhaven_core::matrix::exported_session::{Input, SessionReader, UncheckedBatch};
use sha2::{Digest as _, Sha256};

use super::messages::{Fault, Progress, Work};
use super::reading::next_piece;
use super::source::Source;

type Hash = [u8; 32];

/// What a file was when it was opened: the hash of each of its pieces.
#[derive(Debug)]
pub(super) struct Pieces(Vec<Hash>);

/// The first reading: only hashed.
///
/// # Errors
/// [`Fault::Unreadable`].
pub(super) async fn note(source: &impl Source, on_progress: &dyn Fn(Progress)) -> Result<Pieces, Fault> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    let total = source.len();
    while at < total {
        on_progress(Progress {
            work: Work::Checking,
            done: at,
            total,
        });
        let piece = next_piece(source, at).await?;
        pieces.push(hash(&piece));
        at += piece.len() as u64;
    }
    Ok(Pieces(pieces))
}

/// Each later reading: gives the sessions.
#[derive(Debug)]
pub(super) struct PlainPass {
    expected: std::vec::IntoIter<Hash>,
    sessions: SessionReader,
    is_begun: bool,
    input: Input,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl PlainPass {
    pub(super) fn begin(Pieces(pieces): &Pieces) -> Self {
        Self {
            expected: pieces.clone().into_iter(),
            sessions: SessionReader::new(),
            is_begun: false,
            input: Input::MayGoOn,
        }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// [`Fault::Changed`] if it is another one than it was.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Result<(), Fault> {
        if self.expected.next() != Some(hash(piece)) {
            return Err(Fault::Changed);
        }
        let is_begun = core::mem::replace(&mut self.is_begun, true);
        let text = match piece.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if !is_begun => text,
            _ => piece,
        };
        self.sessions.push(text);
        Ok(())
    }

    /// The file is over.
    ///
    /// # Errors
    /// [`Fault::Changed`] if there was more of it.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        self.input = Input::Over;
        match self.expected.next() {
            None => Ok(()),
            Some(_) => Err(Fault::Changed),
        }
    }

    /// The next sessions of what was taken, at most so many.
    ///
    /// # Errors
    /// [`Fault::NotSessions`].
    pub(super) fn next_batch(&mut self, most: usize) -> Result<Option<UncheckedBatch>, Fault> {
        self.sessions
            .next_batch(most, self.input)
            .map_err(|_| Fault::NotSessions)
    }
}

fn hash(piece: &[u8]) -> Hash {
    Sha256::digest(piece).into()
}
