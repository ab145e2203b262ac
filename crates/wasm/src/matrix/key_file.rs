//! Key files in memory.

use std::mem;

use keyhaven_core::matrix::key_file::{Limits, OpenedKeyFile, SealedKeyFile, SealedKeyFileReader};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    batch::SessionBatch,
    passphrase::passphrase,
    task::{Product, Task},
};
use crate::{code::Code, failure::thrown};

/// A key file: its text is read in pieces, and then it is opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFile {
    reader: SealedKeyFileReader,
    sealed: Option<SealedKeyFile>,
}

/// A key file that was opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenKeyFile(OpenedKeyFile);

#[wasm_bindgen]
impl KeyFile {
    /// Before the first byte of a text that has `len`.
    #[wasm_bindgen(constructor)]
    pub fn new(len: usize) -> Self {
        Self {
            reader: SealedKeyFileReader::for_len(len),
            sealed: None,
        }
    }

    /// Takes the next piece of the text.
    ///
    /// # Errors
    /// What needs no passphrase.
    pub fn push(&mut self, text: &[u8]) -> Result<(), JsValue> {
        self.reader.push(text).map_err(thrown)
    }

    /// The text is over: how often the hash is taken over the passphrase.
    ///
    /// # Errors
    /// What needs no passphrase.
    pub fn end(&mut self) -> Result<u32, JsValue> {
        let reader = mem::replace(&mut self.reader, SealedKeyFileReader::for_len(0));
        let sealed = self.sealed.insert(reader.finish().map_err(thrown)?);
        Ok(sealed.header().rounds().get())
    }

    /// Derives the keys, checks the tag, and only then decrypts.
    ///
    /// # Errors
    /// A passphrase that is none.
    pub fn open(self, typed: Vec<u8>, max_rounds: u32) -> Result<Task, JsValue> {
        let sealed = self.sealed.ok_or_else(|| thrown(Code::Internal))?;
        let step = sealed.open(&passphrase(typed)?, &Limits { max_rounds });
        Ok(Task::new(step, Product::KeyFile))
    }
}

impl From<OpenedKeyFile> for OpenKeyFile {
    fn from(opened: OpenedKeyFile) -> Self {
        Self(opened)
    }
}

#[wasm_bindgen]
impl OpenKeyFile {
    /// The next sessions, at most so many; nothing after the last.
    ///
    /// # Errors
    /// If there is no list of sessions in it.
    #[wasm_bindgen(js_name = nextBatch)]
    pub fn next_batch(&mut self, most: usize, check_points: bool) -> Result<Option<SessionBatch>, JsValue> {
        let batch = self.0.next_batch(most).map_err(thrown)?;
        Ok(batch.map(|batch| SessionBatch::of(batch, check_points)))
    }
}
