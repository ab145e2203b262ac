//! Key files of any size, read twice in pieces: a class for each phase, so that none is left out.

use js_sys::Function;
use keyhaven_core::{
    job::Job,
    matrix::{
        exported_session::Input,
        key_file::{Authentication, Header, HeaderReader, Keys, Limits, SessionPass},
    },
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{answering::Engine, batch::SessionBatch, failure::thrown, passphrase::passphrase};

/// Reads the header.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct KeyFileStart {
    reader: HeaderReader,
    header: Option<Header>,
}

/// The first reading: finds out whether the passphrase is right and every byte what was written.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFileTagPass(Authentication);

/// The second reading: gives the sessions.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyFileSessionPass(SessionPass);

#[wasm_bindgen]
impl KeyFileStart {
    /// Before the first byte.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece; whether that was enough.
    ///
    /// # Errors
    /// What needs no passphrase.
    pub fn push(&mut self, text: &[u8]) -> Result<bool, JsValue> {
        self.header = self.reader.push(text).map_err(thrown)?;
        Ok(self.header.is_some())
    }

    /// How often the hash is taken over the passphrase; 0 before the header was read.
    #[wasm_bindgen(getter)]
    pub fn rounds(&self) -> u32 {
        self.header.map_or(0, |header| header.rounds().get())
    }

    /// Derives the keys.
    ///
    /// # Errors
    /// If the file ended before its header did, has too many rounds, or what `observe` throws.
    pub async fn derive(
        self,
        typed: Vec<u8>,
        max_rounds: u32,
        engine: Engine,
        observe: Function,
    ) -> Result<KeyFileTagPass, JsValue> {
        let Self { reader, header } = self;
        let header = header.ok_or_else(|| thrown(reader.finish()))?;
        let step = Keys::derive(header, &passphrase(typed)?, &Limits { max_rounds });
        let keys = engine.run(step, &observe).await?;
        Ok(KeyFileTagPass(Authentication::new(keys)))
    }
}

#[wasm_bindgen]
impl KeyFileTagPass {
    /// Takes the next piece of the file.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn push(&mut self, text: &[u8]) -> Result<(), JsValue> {
        self.0.push(text).map_err(thrown)
    }

    /// The file is over.
    ///
    /// # Errors
    /// If the tag does not fit.
    pub fn finish(self) -> Result<KeyFileSessionPass, JsValue> {
        let authenticated = self.0.finish().map_err(thrown)?;
        Ok(KeyFileSessionPass(authenticated.read()))
    }
}

#[wasm_bindgen]
impl KeyFileSessionPass {
    /// Takes the next piece of the file, and decrypts what it completes.
    ///
    /// # Errors
    /// If this is not the file that was authenticated.
    pub async fn push(&mut self, text: Vec<u8>, engine: Engine) -> Result<(), JsValue> {
        self.0.feed(&text).map_err(thrown)?;
        self.decrypt(Input::MayGoOn, engine).await
    }

    /// The file is over.
    ///
    /// # Errors
    /// As for a piece.
    pub async fn end(&mut self, engine: Engine) -> Result<(), JsValue> {
        self.decrypt(Input::Over, engine).await
    }

    /// The next sessions of what was decrypted, at most so many; nothing if there are no more for now.
    ///
    /// # Errors
    /// If there is no list of sessions in it.
    #[wasm_bindgen(js_name = nextBatch)]
    pub fn next_batch(&mut self, most: usize) -> Result<Option<SessionBatch>, JsValue> {
        let batch = self.0.next_batch(most).map_err(thrown)?;
        Ok(batch.map(SessionBatch::from))
    }
}

impl KeyFileSessionPass {
    async fn decrypt(&mut self, input: Input, engine: Engine) -> Result<(), JsValue> {
        let mut job = self.0.next_job(input).map_err(thrown)?;
        while let Some(asked) = job {
            let answer = engine.answer(Job::AesCtr(asked)).await;
            job = match self.0.take_answer(answer).map_err(thrown)? {
                Some(again) => Some(again),
                None => self.0.next_job(input).map_err(thrown)?,
            };
        }
        Ok(())
    }
}
