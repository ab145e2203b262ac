//! Key files in memory.

use keyhaven_core::matrix::key_file::{Limits, OpenedKeyFile, SealedKeyFile, SealedKeyFileReader};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    batch::SessionBatch,
    passphrase::passphrase,
    task::{Product, Task},
};
use crate::failure::thrown;

/// Reads the text of a file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFileReader(SealedKeyFileReader);

/// A key file whose text was read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFile(SealedKeyFile);

/// A key file that was opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenKeyFile(OpenedKeyFile);

#[wasm_bindgen]
impl KeyFileReader {
    /// Before the first byte of a text that has `len`.
    #[wasm_bindgen(constructor)]
    pub fn new(len: usize) -> Self {
        Self(SealedKeyFileReader::for_len(len))
    }

    /// Takes the next piece of the text.
    ///
    /// # Errors
    /// What needs no passphrase.
    pub fn push(&mut self, text: &[u8]) -> Result<(), JsValue> {
        self.0.push(text).map_err(thrown)
    }

    /// The text is over.
    ///
    /// # Errors
    /// What needs no passphrase.
    pub fn finish(self) -> Result<KeyFile, JsValue> {
        self.0.finish().map(KeyFile).map_err(thrown)
    }
}

#[wasm_bindgen]
impl KeyFile {
    /// How often the hash is taken over the passphrase.
    #[wasm_bindgen(getter)]
    pub fn rounds(&self) -> u32 {
        self.0.header().rounds().get()
    }

    /// Derives the keys, checks the tag, and only then decrypts.
    ///
    /// # Errors
    /// A passphrase that is none.
    pub fn open(self, typed: Vec<u8>, max_rounds: u32) -> Result<Task, JsValue> {
        let step = self.0.open(&passphrase(typed)?, &Limits { max_rounds });
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
