//! Where files are read from and written to.

use super::messages::Fault;

/// A file that can be read in pieces, as often as it is needed.
pub trait Source {
    /// Its length in bytes.
    fn len(&self) -> u64;

    /// Whether there is nothing in it.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `len` bytes of it from `at` on; fewer only at its end.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] if it is not there any more.
    fn read(&self, at: u64, len: usize) -> impl Future<Output = Result<Vec<u8>, Fault>>;
}

/// Takes the text of files that are written, each in pieces.
pub trait Sink {
    /// A file as it was kept.
    type File: Source;

    /// Takes the next piece of the file with this number.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`] if there is no room for it.
    fn write(&mut self, file: usize, text: Vec<u8>) -> Result<(), Fault>;

    /// The files as they will be handed out, by their numbers.
    ///
    /// # Errors
    /// [`Fault::OutOfMemory`] if there is no room for them.
    fn into_files(self) -> Result<Vec<Self::File>, Fault>;
}
