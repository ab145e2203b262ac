//! Key files in memory.

use keyhaven_core::matrix::key_file::{Limits, OpenedKeyFile, SealedKeyFile};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    batch::SessionBatch,
    failure::thrown,
    passphrase::passphrase,
    task::{Product, Task},
};

/// A key file whose text was read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFile(SealedKeyFile);

/// A key file that was opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenKeyFile(OpenedKeyFile);

#[wasm_bindgen]
impl KeyFile {
    /// Reads the text of a whole file.
    ///
    /// # Errors
    /// What needs no passphrase.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &[u8]) -> Result<Self, JsValue> {
        SealedKeyFile::parse(text).map(Self).map_err(thrown)
    }

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
    pub fn next_batch(&mut self, most: usize) -> Result<Option<SessionBatch>, JsValue> {
        let batch = self.0.next_batch(most).map_err(thrown)?;
        Ok(batch.map(SessionBatch::from))
    }
}
