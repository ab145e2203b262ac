//! Slow steps in a worker, so that the page stays responsive and a step can be stopped by ending the worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use keyhaven_client::engine::Engine;
use keyhaven_core::job::{Answer, Job, JobError};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};

use super::slot::Slot;
use crate::wire;

/// Answers jobs in a worker that is started for the first one, and again after it was ended.
pub(crate) struct WorkerEngine {
    spawn: Function,
    running: RefCell<Option<Rc<Running>>>,
}

/// Who waits for which answer.
type Waiting = Rc<RefCell<Vec<(u32, Slot<Answer>)>>>;

/// A worker and who waits for it.
struct Running {
    worker: Worker,
    waiting: Waiting,
    next_number: Cell<u32>,
    // The browser calls them through these; they have to live as long as the worker.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl WorkerEngine {
    /// `spawn` returns a promise of a worker that is ready.
    pub(crate) fn new(spawn: Function) -> Self {
        Self {
            spawn,
            running: RefCell::new(None),
        }
    }

    async fn running(&self) -> Result<Rc<Running>, JobError> {
        if let Some(running) = self.running.borrow().as_ref() {
            return Ok(Rc::clone(running));
        }
        let promise: Promise = self
            .spawn
            .call0(&JsValue::NULL)
            .ok()
            .and_then(|value| value.dyn_into().ok())
            .ok_or(JobError::Engine)?;
        let worker = JsFuture::from(promise).await.map_err(|_| JobError::Engine)?;
        let running = Rc::new(Running::new(worker.unchecked_into()));
        *self.running.borrow_mut() = Some(Rc::clone(&running));
        Ok(running)
    }

    /// Ends the worker, and with it everything that it was told.
    pub(crate) fn stop(&self) {
        // Dropping it ends the worker.
        self.running.borrow_mut().take();
    }
}

impl Engine for WorkerEngine {
    async fn answer(&self, job: Job) -> Answer {
        // Ending the worker is the only way to be sure that nothing of a password stays in memory, and to give back
        // what the derivation allocated.
        let after = if matches!(job, Job::Argon2id(_)) {
            After::Stop
        } else {
            After::Keep
        };
        let running = self.running().await?;
        let mut guard = StopOnDrop {
            engine: self,
            after: After::Stop,
        };
        let answer = running.ask(&job).await;
        guard.after = match answer {
            Err(JobError::Engine | JobError::OutOfMemory) => After::Stop,
            _ => after,
        };
        answer
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Stop,
    Keep,
}

/// A job whose future is dropped is stopped with its worker.
struct StopOnDrop<'a> {
    engine: &'a WorkerEngine,
    after: After,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if self.after == After::Stop {
            self.engine.stop();
        }
    }
}

impl Running {
    fn new(worker: Worker) -> Self {
        let waiting: Waiting = Rc::default();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let waiting = Rc::clone(&waiting);
            move |event: MessageEvent| {
                let Some((number, answer)) = wire::read_answer(&event.data()) else {
                    return;
                };
                let found = {
                    let mut waiting = waiting.borrow_mut();
                    let index = waiting.iter().position(|(other, _)| *other == number);
                    index.map(|index| waiting.swap_remove(index))
                };
                if let Some((_, slot)) = found {
                    slot.fill(answer);
                }
            }
        });
        let on_error = Closure::<dyn Fn()>::new({
            let waiting = Rc::clone(&waiting);
            move || {
                for (_, slot) in waiting.take() {
                    slot.fill(Err(JobError::Engine));
                }
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self {
            worker,
            waiting,
            next_number: Cell::new(0),
            _on_message: on_message,
            _on_error: on_error,
        }
    }

    async fn ask(&self, job: &Job) -> Answer {
        let number = self.next_number.get();
        self.next_number.set(number.wrapping_add(1));
        let message = wire::write_job(number, job).ok_or(JobError::Engine)?;
        let slot = Slot::new();
        self.waiting.borrow_mut().push((number, slot.clone()));
        let posted = self.worker.post_message(&message);
        wire::wipe(&message);
        posted.map_err(|_| JobError::Engine)?;
        slot.filled().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
