//! Running an operation: each job goes to the engine that was chosen, and before each one JavaScript is told how far the
//! operation is.

use js_sys::Function;
use keyhaven_core::job::{Answer, Job, Step, software};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::failure::{Failure, thrown};

/// Who answers jobs.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `crypto.subtle` where it is there and does the job; else this module.
    WebCrypto,
    /// This module, always.
    Wasm,
}

impl Engine {
    pub(crate) async fn answer(self, job: Job) -> Answer {
        match self {
            Self::WebCrypto => keyhaven_webcrypto::answer_matrix(job).await,
            Self::Wasm => software::answer_matrix(job),
        }
    }

    /// Runs `step` to its end. `observe` is called with bytes done and bytes in all, and ends the operation by throwing.
    pub(crate) async fn run<T, E: Into<Failure>>(
        self,
        step: Step<T, E>,
        observe: &Function,
    ) -> Result<T, JsValue> {
        let mut step = step;
        loop {
            match step {
                Step::Done(result) => return result.map_err(thrown),
                Step::Ask(question) => {
                    let progress = question.progress();
                    tell(observe, progress.done_bytes, progress.total_bytes)?;
                    let (job, waiting) = question.into_job();
                    step = waiting.answer(self.answer(job).await);
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
fn tell(observe: &Function, done_bytes: u64, total_bytes: u64) -> Result<(), JsValue> {
    let (done, total) = (done_bytes as f64, total_bytes as f64);
    observe.call2(&JsValue::UNDEFINED, &done.into(), &total.into())?;
    Ok(())
}
