//! The worker that holds key files. The page asks it and is told; it sees no key.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use keyhaven_client::key_file::messages::{Fault, Reply, Request};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageEvent, Worker};

/// Hears what the worker tells, with the files beside it.
type Hear = Rc<dyn Fn(Reply, Vec<Blob>)>;

/// A worker that is started when it is asked first, and again after it was ended.
pub(crate) struct KeyWorker {
    spawn: Function,
    hear: Hear,
    stage: RefCell<Stage>,
}

enum Stage {
    None,
    /// What was promised: a worker that is ready.
    Starting(Promise),
    /// What came of it.
    Running(Promise, Running),
}

struct Running {
    worker: Worker,
    // The browser calls them through these; they have to live as long as the worker.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl KeyWorker {
    /// `spawn` returns a promise of a worker that is ready.
    pub(crate) fn new(spawn: Function, hear: impl Fn(Reply, Vec<Blob>) + 'static) -> Self {
        Self {
            spawn,
            hear: Rc::new(hear),
            stage: RefCell::new(Stage::None),
        }
    }

    /// Asks, with what does not go into text. What comes of it is heard later, a failure to ask too; nothing is asked and nothing
    /// heard if [`Self::end`] is called before the worker has started.
    pub(crate) async fn ask(&self, request: Request, file: Option<Blob>, passphrase: &str) {
        let asked = match self.start().await {
            Started::Ready => self.post(&request, file, passphrase),
            Started::Ended => return,
            Started::Failed => None,
        };
        if asked.is_none() {
            (self.hear)(Reply::Failed(Fault::Engine), Vec::new());
        }
    }

    /// Waits until there is a worker. All who ask while it starts wait for the same one.
    async fn start(&self) -> Started {
        let promise = match &*self.stage.borrow() {
            Stage::Running(..) => return Started::Ready,
            Stage::Starting(promise) => Some(promise.clone()),
            Stage::None => self
                .spawn
                .call0(&JsValue::NULL)
                .ok()
                .and_then(|promise| promise.dyn_into().ok()),
        };
        let Some(promise) = promise else {
            return Started::Failed;
        };
        *self.stage.borrow_mut() = Stage::Starting(promise.clone());
        let worker = JsFuture::from(promise.clone())
            .await
            .map(JsValue::unchecked_into::<Worker>);

        let mut stage = self.stage.borrow_mut();
        match (&*stage, worker) {
            (Stage::Running(awaited, _), Ok(_)) if Object::is(awaited, &promise) => Started::Ready,
            (Stage::Starting(awaited), Ok(worker)) if Object::is(awaited, &promise) => {
                *stage = Stage::Running(promise, Running::new(worker, Rc::clone(&self.hear)));
                Started::Ready
            }
            (Stage::Starting(awaited), Err(_)) if Object::is(awaited, &promise) => {
                *stage = Stage::None;
                Started::Failed
            }
            (_, Ok(worker)) => {
                worker.terminate();
                Started::Ended
            }
            (_, Err(_)) => Started::Ended,
        }
    }

    fn post(&self, request: &Request, file: Option<Blob>, passphrase: &str) -> Option<()> {
        let stage = self.stage.borrow();
        let Stage::Running(_, running) = &*stage else {
            return None;
        };
        let typed = Uint8Array::from(passphrase.as_bytes());
        let json = serde_json::to_string(request).ok()?;
        let message = Array::of2(&JsValue::from_str(&json), &typed);
        if let Some(file) = file {
            message.push(&file);
        }
        let posted = running.worker.post_message(&message);
        // The worker has a copy of its own.
        typed.fill(0, 0, typed.length());
        posted.ok()
    }

    /// Ends the worker, and with it everything that it held.
    pub(crate) fn end(&self) {
        // Dropping it ends the worker; one that is still starting is ended when it comes.
        *self.stage.borrow_mut() = Stage::None;
    }
}

/// What came of a start.
enum Started {
    Ready,
    /// Nobody waits for it any more.
    Ended,
    Failed,
}

impl Running {
    fn new(worker: Worker, hear: Hear) -> Self {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let hear = Rc::clone(&hear);
            move |event: MessageEvent| {
                if let Some((reply, files)) = read(&event.data()) {
                    hear(reply, files);
                }
            }
        });
        let on_error = Closure::<dyn Fn()>::new(move || hear(Reply::Failed(Fault::Engine), Vec::new()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn read(message: &JsValue) -> Option<(Reply, Vec<Blob>)> {
    let message = message.dyn_ref::<Array>()?;
    let reply = serde_json::from_str(&message.get(0).as_string()?).ok()?;
    let files = message.iter().skip(1);
    Some((reply, files.filter_map(|file| file.dyn_into().ok()).collect()))
}
