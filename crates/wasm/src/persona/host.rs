//! What flows have of their surroundings: some of it at once, the rest as questions.

use core::{
    cell::{Cell, RefCell},
    convert::Infallible,
    future::poll_fn,
    task::Poll,
    time::Duration,
};

use keyhaven_client::{
    engine::Engine,
    host::{Host, UnixSeconds},
    kept::Kept,
    persona::Remembered,
    progress::Progress,
    transport::{Request, Response, Transferred, Transport, TransportError},
};
use keyhaven_core::{
    job::{Answer, Form, Job, JobError, NormalFormJob, software},
    keys::ApiOrigin,
};
use keyhaven_protocol::persona::AccountId;
use rand_core::{TryCryptoRng, TryRng};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use super::question::{Question, Reply};

#[wasm_bindgen]
extern "C" {
    /// What TypeScript does at once. None of it throws.
    pub type Surroundings;

    /// Fills the place with random bytes of the platform.
    #[wasm_bindgen(method)]
    fn draw(this: &Surroundings, place: &mut [u8]);

    /// Seconds since 1970.
    #[wasm_bindgen(method)]
    fn now(this: &Surroundings) -> f64;

    /// Keeps content outside this memory, and says under which number; below 0 if there is no room.
    #[wasm_bindgen(method)]
    fn keep(this: &Surroundings, content: &[u8]) -> f64;
}

/// What flows have of the world around them, shared with the calls that are on their way.
#[derive(Debug)]
pub(super) struct Around {
    origin: ApiOrigin,
    source: RefCell<Source>,
    remembered: Option<Remembered>,
    /// What is asked, until TypeScript takes it.
    pub(super) asked: RefCell<Option<Question>>,
    /// What is answered, until the flow takes it.
    pub(super) answered: RefCell<Option<Reply>>,
    pub(super) progress: Cell<Option<Progress>>,
    /// Bytes of ciphers since the page had its turn.
    busy_bytes: Cell<usize>,
}

/// Randomness of the platform.
pub(super) struct Source(Surroundings);

/// How much is sealed or opened before the page has its turn: some ten milliseconds.
const BUSY_BYTES_MAX: usize = 512 * 1024;

/// As much as `crypto.getRandomValues` gives at once.
const DRAWN_BYTES_MAX: usize = 65_536;

impl Around {
    pub(super) fn new(origin: ApiOrigin, remembered: Option<Remembered>, surroundings: Surroundings) -> Self {
        Self {
            origin,
            source: RefCell::new(Source(surroundings)),
            remembered,
            asked: RefCell::default(),
            answered: RefCell::default(),
            progress: Cell::default(),
            busy_bytes: Cell::default(),
        }
    }

    /// Asks, and rests until there is an answer.
    async fn ask(&self, question: Question) -> Reply {
        self.answered.take();
        self.asked.replace(Some(question));
        poll_fn(|_| match self.answered.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await
    }

    /// Lets the page have its turn.
    async fn breathe(&self) {
        self.busy_bytes.set(0);
        self.ask(Question::Pause(Duration::ZERO)).await;
    }

    /// The progress of a flow, for TypeScript to take.
    pub(super) fn note(&self, progress: Progress) {
        self.progress.set(Some(progress));
    }

    /// Forgets what was asked: whoever asked is gone.
    pub(super) fn forget(&self) {
        self.asked.take();
        self.answered.take();
        self.progress.take();
    }
}

impl Transport for Around {
    async fn send(&self, request: Request, _: &dyn Fn(Transferred)) -> Result<Response, TransportError> {
        match self.ask(Question::Send(request)).await {
            Reply::Sent(answer) => answer,
            _ => Err(TransportError::Aborted),
        }
    }
}

impl Engine for Around {
    async fn answer(&self, job: Job) -> Answer {
        match &job {
            // So that the page shows what begins: it has no turn until it is over.
            Job::Argon2id(_) => self.breathe().await,
            Job::AesGcmSeal(job) | Job::AesGcmOpen(job) => {
                let busy_bytes = self.busy_bytes.get() + job.text.len();
                self.busy_bytes.set(busy_bytes);
                if busy_bytes > BUSY_BYTES_MAX {
                    self.breathe().await;
                }
            }
            _ => {}
        }
        match job {
            // Of paths in a folder, and folders are stored by the recovery app alone.
            Job::NormalForm(NormalFormJob {
                form: Form::Folded, ..
            }) => Err(JobError::Engine),
            Job::NormalForm(job) => match self.ask(Question::NormalForm(job.form, job.text)).await {
                Reply::Text(text) => Ok(text),
                _ => Err(JobError::Engine),
            },
            job => software::answer_persona(job),
        }
    }
}

impl Host for Around {
    type Transport = Self;
    type Engine = Self;
    type Rng = Source;

    fn transport(&self) -> &Self {
        self
    }

    fn engine(&self) -> &Self {
        self
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut Source) -> T) -> T {
        draw(&mut self.source.borrow_mut())
    }

    #[expect(clippy::cast_possible_truncation, reason = "seconds of a clock")]
    fn now(&self) -> UnixSeconds {
        UnixSeconds(self.source.borrow().0.now() as i64)
    }

    async fn pause(&self, duration: Duration) {
        self.ask(Question::Pause(duration)).await;
    }

    fn remembered(&self, account: AccountId) -> Option<Remembered> {
        self.remembered
            .filter(|remembered| remembered.account_id == account)
    }

    fn keep(&self, content: Zeroizing<Vec<u8>>) -> Option<Kept> {
        let number = self.source.borrow().0.keep(&content);
        (number >= 0.0).then(|| Kept::new(number))
    }

    fn api_origin(&self) -> &ApiOrigin {
        &self.origin
    }
}

impl TryRng for Source {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)
            .map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)
            .map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Infallible> {
        place
            .chunks_mut(DRAWN_BYTES_MAX)
            .for_each(|piece| self.0.draw(piece));
        Ok(())
    }
}

impl TryCryptoRng for Source {}

impl core::fmt::Debug for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Source")
    }
}
