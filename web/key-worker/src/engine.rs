//! Who answers jobs: WebCrypto where there is one, and our own code where not, or where it has to be stopped.

use js_sys::{Function, Promise};
use keyhaven_client::engine::Engine;
use keyhaven_client::key_file::messages::ROUNDS_UNASKED;
use keyhaven_core::job::software::Pbkdf2Steps;
use keyhaven_core::job::{Answer, Job, Pbkdf2Job};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::WorkerGlobalScope;

/// Rounds between two looks at what the page says: a fraction of a second.
const ROUNDS_AT_ONCE: u32 = 100_000;

/// How derivations are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derivations {
    /// As fast as it goes. A browser does not stop what it has begun, even when the worker that asked is ended, and
    /// derives nothing else until then.
    Fast,
    /// In parts, so that they can be stopped.
    Patient,
}

impl Derivations {
    /// For a file with so many rounds.
    pub(crate) fn of(rounds: u32) -> Self {
        if rounds > ROUNDS_UNASKED {
            Self::Patient
        } else {
            Self::Fast
        }
    }
}

/// Answers jobs in this worker.
#[derive(Debug)]
pub(crate) struct Browser(pub(crate) Derivations);

impl Engine for Browser {
    async fn answer(&self, job: Job) -> Answer {
        match (self.0, job) {
            (Derivations::Patient, Job::Pbkdf2(job)) => derive(&job).await,
            (_, job) => keyhaven_webcrypto::answer(job).await,
        }
    }
}

async fn derive(job: &Pbkdf2Job) -> Answer {
    let mut steps = Pbkdf2Steps::begin(job)?;
    while steps.take(ROUNDS_AT_ONCE) > 0 {
        breathe().await;
    }
    steps.finish()
}

/// Lets messages come in.
async fn breathe() {
    let Ok(scope) = js_sys::global().dyn_into::<WorkerGlobalScope>() else {
        return;
    };
    let promise = Promise::new(&mut |resolve: Function, _| {
        // A worker that has no timers goes on without a breath.
        if scope.set_timeout_with_callback(&resolve).is_err() {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    });
    // It is never rejected.
    let _ = JsFuture::from(promise).await;
}
