//! Who answers the slow steps of `keyhaven_core`, and how an operation is run to its end.

use keyhaven_core::job::{Answer, Job, Progress, Step, software};

/// Answers jobs: a worker, the browser's WebCrypto, or [`Software`] on the spot.
///
/// Every operation that can take long asks for jobs only, one after the other, so an engine that answers elsewhere
/// keeps the page responsive. Dropping the future cancels the job.
pub trait Engine {
    /// The answer to one job.
    fn answer(&self, job: Job) -> impl Future<Output = Answer>;
}

/// The engine of `keyhaven_core`, on the thread that asks. For tests and programs without a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Software;

impl Engine for Software {
    async fn answer(&self, job: Job) -> Answer {
        software::answer(job)
    }
}

/// Runs `operation` to its end, telling `on_progress` before each job how far it is.
///
/// # Errors
/// Those of the operation.
pub async fn run<T, E>(
    operation: Step<T, E>,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<T, E> {
    let mut step = operation;
    loop {
        match step {
            Step::Done(result) => return result,
            Step::Ask(question) => {
                on_progress(question.progress());
                let (job, waiting) = question.into_job();
                step = waiting.answer(engine.answer(job).await);
            }
        }
    }
}
