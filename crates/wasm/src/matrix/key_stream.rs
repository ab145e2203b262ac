//! Key files of any size, read twice in pieces: a class for each phase, so that none is left out.

use keyhaven_core::{
    job::{AesCtrJob, Job},
    matrix::{
        exported_session::Input,
        key_file::{Authentication, Header, HeaderReader, Keys, Limits, SessionPass},
    },
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    batch::SessionBatch,
    passphrase::passphrase,
    task::{Asked, Product, Run, Task, Viewer},
};
use crate::failure::thrown;

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
pub struct KeyFileSessionPass {
    pass: SessionPass,
    input: Input,
    asked: Option<Asked>,
}

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
    /// If the file ended before its header did, or a passphrase that is none.
    pub fn derive(self, typed: Vec<u8>, max_rounds: u32) -> Result<Task, JsValue> {
        let Self { reader, header } = self;
        let header = header.ok_or_else(|| thrown(reader.finish()))?;
        let step = Keys::derive(header, &passphrase(typed)?, &Limits { max_rounds });
        Ok(Task::new(step, Product::Keys))
    }
}

impl From<Keys> for KeyFileTagPass {
    fn from(keys: Keys) -> Self {
        Self(Authentication::new(keys))
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
        Ok(KeyFileSessionPass {
            pass: authenticated.read(),
            input: Input::MayGoOn,
            asked: None,
        })
    }
}

#[wasm_bindgen]
impl KeyFileSessionPass {
    /// Takes the next piece of the file: jobs may want answers then, as those of a [`Task`].
    ///
    /// # Errors
    /// If this is not the file that was authenticated.
    pub fn push(&mut self, text: &[u8]) -> Result<(), JsValue> {
        self.pass.feed(text).map_err(thrown)?;
        self.next_job()
    }

    /// The file is over: jobs may want answers then.
    ///
    /// # Errors
    /// As for a piece.
    pub fn end(&mut self) -> Result<(), JsValue> {
        self.input = Input::Over;
        self.next_job()
    }

    /// Shows the job that wants an answer, if there is one.
    pub fn show(&self, viewer: &Viewer) -> bool {
        if let Some(asked) = &self.asked {
            asked.show(viewer);
        }
        self.asked.is_some()
    }

    /// Takes the answer that `viewer` has.
    ///
    /// # Errors
    /// As for a piece.
    pub fn answer(&mut self, viewer: &Viewer) -> Result<(), JsValue> {
        self.go_on(Some(viewer))
    }

    /// Does the next part of the job in this module. Whether there is more of it.
    ///
    /// # Errors
    /// As for a piece.
    pub fn run(&mut self, _viewer: &Viewer) -> Result<bool, JsValue> {
        self.go_on(None)?;
        Ok(matches!(self.asked, Some(Asked::Begun(_))))
    }

    /// The next sessions of what was decrypted, at most so many; nothing if there are no more for now.
    ///
    /// # Errors
    /// If there is no list of sessions in it.
    #[wasm_bindgen(js_name = nextBatch)]
    pub fn next_batch(&mut self, most: usize, check_points: bool) -> Result<Option<SessionBatch>, JsValue> {
        let batch = self.pass.next_batch(most).map_err(thrown)?;
        Ok(batch.map(|batch| SessionBatch::of(batch, check_points)))
    }
}

impl KeyFileSessionPass {
    fn go_on(&mut self, viewer: Option<&Viewer>) -> Result<(), JsValue> {
        let Some(asked) = self.asked.take() else {
            return Ok(());
        };
        let answer = match asked.go_on(viewer) {
            Run::More(asked) => {
                self.asked = Some(asked);
                return Ok(());
            }
            Run::Over(answer) => answer,
        };
        match self.pass.take_answer(answer).map_err(thrown)? {
            Some(again) => self.ask(again),
            None => self.next_job()?,
        }
        Ok(())
    }

    fn next_job(&mut self) -> Result<(), JsValue> {
        if let Some(job) = self.pass.next_job(self.input).map_err(thrown)? {
            self.ask(job);
        }
        Ok(())
    }

    fn ask(&mut self, job: AesCtrJob) {
        self.asked = Some(Asked::Job(Job::AesCtr(job)));
    }
}
