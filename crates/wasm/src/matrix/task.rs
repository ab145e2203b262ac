//! Operations that ask for slow steps. TypeScript looks at each job where it lies, and has the browser answer it or this
//! module: it has promises already, and a second kind of them compiled into each module would weigh as much as a cipher.

use keyhaven_core::{
    job::{Answer, CounterWidth, Job, JobError, Progress, Step, Waiting, software::MatrixSteps},
    matrix::{
        key_file::{Keys, OpenedKeyFile},
        recovery_key::RecoveryKey as CoreKey,
        secret_storage::SecretStorage as CoreStorage,
    },
    wiping::wipe_stack_below,
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    key_file::OpenKeyFile, key_stream::KeyFileTagPass, recovery_key::RecoveryKey,
    secret_storage::SecretStorage,
};
use crate::{
    code::Code,
    failure::{Failure, thrown},
};

#[wasm_bindgen]
extern "C" {
    /// What TypeScript looks at jobs with. The lists are this memory, and there only until it grows.
    pub type Viewer;

    /// How far the operation is, in rounds of a derivation or in bytes. Ends it by throwing.
    #[wasm_bindgen(method, catch)]
    fn at(this: &Viewer, done: f64, total: f64, rounds: bool) -> Result<(), JsValue>;

    /// A job whose answer has `len` bytes: `kind` is 0 for PBKDF2, 1 for HMAC and 2 for AES-CTR; `number` the rounds or the
    /// bits of the counter; `parameter` the salt or the counter block.
    #[wasm_bindgen(method)]
    fn see(this: &Viewer, kind: u32, number: u32, len: u32, key: &[u8], parameter: &[u8], text: &[u8]);

    /// Where the answer goes, all of it; or where something lies that is taken from there.
    #[wasm_bindgen(method)]
    pub(crate) fn fill(this: &Viewer, place: &mut [u8]);
}

/// An operation on its way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Task(State);

/// What an operation makes.
#[derive(Debug)]
pub(crate) enum Product {
    KeyFile(OpenedKeyFile),
    Keys(Keys),
    RecoveryKey(CoreKey),
    SecretStorage(CoreStorage),
    #[cfg(feature = "seal")]
    Bytes(Vec<u8>),
}

#[derive(Debug)]
enum State {
    Asking(Asked, Progress, Waiting<Product, Failure>),
    Over(Result<Product, Failure>),
}

/// A job that is looked at until there is an answer.
#[derive(Debug)]
pub(crate) enum Asked {
    Job(Job),
    /// This module is at it.
    Begun(MatrixSteps),
}

/// What a part of a job leads to.
pub(crate) enum Run {
    More(Asked),
    Over(Answer),
}

impl Asked {
    pub(crate) fn show(&self, viewer: &Viewer) {
        let Self::Job(job) = self else {
            return;
        };
        let len = u32::try_from(len_of(job)).unwrap_or(u32::MAX);
        match job {
            Job::Pbkdf2(job) => viewer.see(0, job.rounds.get(), len, &job.passphrase, &job.salt, &[]),
            // EXPOSE: the browser makes keys of these that nobody can read back.
            Job::Hmac(job) => viewer.see(1, 0, len, job.key.expose_secret(), &[], &job.text),
            Job::AesCtr(job) => {
                let bits = match job.width {
                    CounterWidth::Bits64 => 64,
                    CounterWidth::Bits128 => 128,
                };
                // EXPOSE: as above.
                viewer.see(2, bits, len, job.key.expose_secret(), &job.counter, &job.text);
            }
            _ => {}
        }
    }

    /// The answer that TypeScript has. What AES-CTR makes of a text takes its place: with a buffer for each answer, this
    /// memory would grow with the length of a file.
    fn answer(self, viewer: &Viewer) -> Answer {
        let mut place = match self {
            Self::Job(Job::AesCtr(job)) => job.text,
            Self::Job(job) => Zeroizing::new(vec![0; len_of(&job)]),
            Self::Begun(_) => return Err(JobError::Engine),
        };
        viewer.fill(&mut place);
        Ok(place)
    }

    /// Takes the answer that `viewer` has; without one, does the next part of it in this module, some ten milliseconds long.
    pub(crate) fn go_on(self, viewer: Option<&Viewer>) -> Run {
        let run = match viewer {
            Some(viewer) => Run::Over(self.answer(viewer)),
            None => self.run_part(),
        };
        wipe_stack_below();
        run
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it.
    #[inline(never)]
    fn run_part(self) -> Run {
        let mut steps = match self {
            Self::Job(job) => MatrixSteps::begin(job),
            Self::Begun(steps) => steps,
        };
        if steps.go_on() {
            Run::More(Self::Begun(steps))
        } else {
            Run::Over(steps.finish())
        }
    }

    /// Tells how far the operation is of which this is a job.
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    fn tell(&self, progress: &Progress, viewer: &Viewer) -> Result<(), JsValue> {
        let (done, rounds) = match self {
            Self::Job(Job::Pbkdf2(job)) => (0, job.rounds.get()),
            Self::Begun(steps) => steps.rounds(),
            Self::Job(_) => (0, 0),
        };
        if rounds > 0 {
            viewer.at(done.into(), rounds.into(), true)
        } else {
            viewer.at(progress.done_bytes as f64, progress.total_bytes as f64, false)
        }
    }
}

/// Bytes of the answer.
fn len_of(job: &Job) -> usize {
    match job {
        Job::Pbkdf2(job) => job.len,
        Job::AesCtr(job) => job.text.len(),
        _ => 32,
    }
}

impl Task {
    pub(crate) fn new<T: 'static, E: Into<Failure> + 'static>(
        step: Step<T, E>,
        product: impl FnOnce(T) -> Product + Send + 'static,
    ) -> Self {
        Self(State::of(
            step.map_result(move |result| result.map(product).map_err(Into::into)),
        ))
    }

    fn go_on(&mut self, viewer: Option<&Viewer>) {
        let state = core::mem::replace(&mut self.0, State::Over(Err(Code::Internal.into())));
        self.0 = match state {
            State::Asking(asked, progress, waiting) => match asked.go_on(viewer) {
                Run::More(asked) => State::Asking(asked, progress, waiting),
                Run::Over(answer) => State::of(waiting.answer(answer)),
            },
            over @ State::Over(_) => over,
        };
    }

    fn finish(self) -> Result<Product, JsValue> {
        match self.0 {
            State::Over(result) => result.map_err(thrown),
            State::Asking(..) => Err(thrown(Code::Internal)),
        }
    }
}

impl State {
    fn of(step: Step<Product, Failure>) -> Self {
        match step {
            Step::Done(result) => Self::Over(result),
            Step::Ask(question) => {
                let progress = question.progress();
                let (job, waiting) = question.into_job();
                Self::Asking(Asked::Job(job), progress, waiting)
            }
        }
    }
}

#[wasm_bindgen]
impl Task {
    /// Shows the job that wants an answer, if there is one.
    ///
    /// # Errors
    /// What `viewer` throws.
    pub fn show(&self, viewer: &Viewer) -> Result<bool, JsValue> {
        let State::Asking(asked, progress, _) = &self.0 else {
            return Ok(false);
        };
        asked.tell(progress, viewer)?;
        asked.show(viewer);
        Ok(true)
    }

    /// Takes the answer that `viewer` has.
    pub fn answer(&mut self, viewer: &Viewer) {
        self.go_on(Some(viewer));
    }

    /// Does the next part of the job in this module. Whether there is more of it.
    ///
    /// # Errors
    /// What `viewer` throws, who is told how far it is.
    pub fn run(&mut self, viewer: &Viewer) -> Result<bool, JsValue> {
        self.go_on(None);
        match &self.0 {
            State::Asking(asked @ Asked::Begun(_), progress, _) => {
                asked.tell(progress, viewer)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The file that was opened.
    ///
    /// # Errors
    /// Why it was not.
    #[wasm_bindgen(js_name = toKeyFile)]
    pub fn to_key_file(self) -> Result<OpenKeyFile, JsValue> {
        match self.finish()? {
            Product::KeyFile(opened) => Ok(OpenKeyFile::from(opened)),
            _ => Err(thrown(Code::Internal)),
        }
    }

    /// The keys of a file that is read in pieces.
    ///
    /// # Errors
    /// Why there are none.
    #[wasm_bindgen(js_name = toTagPass)]
    pub fn to_tag_pass(self) -> Result<KeyFileTagPass, JsValue> {
        match self.finish()? {
            Product::Keys(keys) => Ok(KeyFileTagPass::from(keys)),
            _ => Err(thrown(Code::Internal)),
        }
    }

    /// The key that was derived.
    ///
    /// # Errors
    /// Why it was not.
    #[wasm_bindgen(js_name = toRecoveryKey)]
    pub fn to_recovery_key(self) -> Result<RecoveryKey, JsValue> {
        match self.finish()? {
            Product::RecoveryKey(key) => Ok(RecoveryKey(key)),
            _ => Err(thrown(Code::Internal)),
        }
    }

    /// The storage that was opened.
    ///
    /// # Errors
    /// Why it was not.
    #[wasm_bindgen(js_name = toSecretStorage)]
    pub fn to_secret_storage(self) -> Result<SecretStorage, JsValue> {
        match self.finish()? {
            Product::SecretStorage(storage) => Ok(SecretStorage(storage)),
            _ => Err(thrown(Code::Internal)),
        }
    }
}

#[cfg(feature = "seal")]
#[wasm_bindgen]
impl Task {
    /// The file that was sealed.
    ///
    /// # Errors
    /// Why it was not.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(self) -> Result<Vec<u8>, JsValue> {
        match self.finish()? {
            Product::Bytes(bytes) => Ok(bytes),
            _ => Err(thrown(Code::Internal)),
        }
    }
}
