//! The engines, with a count of what they answered.

use std::cell::Cell;

use keyhaven_core::job::{Answer, Job, Step, software};
use serde::Serialize;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `keyhaven_core::job::software`.
    Core,
    /// The same, and objects sealed and opened in pieces, in constant memory.
    Pieces,
    /// `keyhaven_webcrypto`.
    WebCrypto,
    /// The same, and objects sealed and opened in pieces.
    WebCryptoPieces,
}

/// How many jobs had an answer that WebCrypto can give. A script compares this with what it saw WebCrypto do, so that a test of
/// WebCrypto cannot pass on the software engine alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Answered {
    /// Texts that were sealed.
    pub sealed: u32,
    /// Texts that were opened; refused ones do not count.
    pub opened: u32,
    /// Keys that were derived from a passphrase.
    pub derived: u32,
    /// Texts that were tagged.
    pub tagged: u32,
    /// Texts that were combined with a key stream.
    pub streamed: u32,
}

/// An engine at work on one case.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) engine: Engine,
    answered: Cell<Answered>,
}

impl Engine {
    /// The engine of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "core" => Some(Self::Core),
            "pieces" => Some(Self::Pieces),
            "webcrypto" => Some(Self::WebCrypto),
            "webcrypto-pieces" => Some(Self::WebCryptoPieces),
            _ => None,
        }
    }
}

impl Running {
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            answered: Cell::default(),
        }
    }

    pub(crate) const fn answered(&self) -> Answered {
        self.answered.get()
    }

    /// The answer to one job.
    pub(crate) async fn answer(&self, job: Job) -> Answer {
        let mut answered = self.answered.get();
        match &job {
            Job::AesGcmSeal(_) => answered.sealed += 1,
            Job::AesGcmOpen(_) => answered.opened += 1,
            Job::Pbkdf2(_) => answered.derived += 1,
            Job::Hmac(_) => answered.tagged += 1,
            Job::AesCtr(_) => answered.streamed += 1,
            _ => {}
        }
        let answer = match self.engine {
            Engine::Core | Engine::Pieces => software::answer(job),
            Engine::WebCrypto | Engine::WebCryptoPieces => keyhaven_webcrypto::answer(job).await,
        };
        if answer.is_ok() {
            self.answered.set(answered);
        }
        answer
    }

    /// Runs an operation to its end.
    pub(crate) async fn run<T, E>(&self, operation: Step<T, E>) -> Result<T, E> {
        let mut step = operation;
        loop {
            match step {
                Step::Done(result) => return result,
                Step::Ask(question) => {
                    let (job, waiting) = question.into_job();
                    step = waiting.answer(self.answer(job).await);
                }
            }
        }
    }
}
