//! The worker that holds key files. The page asks it and is told; it sees no key.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
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
    running: RefCell<Option<Running>>,
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
            running: RefCell::new(None),
        }
    }

    /// Asks, with what does not go into text. What comes of it is heard later, a failure to ask too.
    pub(crate) async fn ask(&self, request: Request, file: Option<Blob>, passphrase: &str) {
        if self.try_ask(&request, file, passphrase).await.is_none() {
            (self.hear)(Reply::Failed(Fault::Engine), Vec::new());
        }
    }

    async fn try_ask(&self, request: &Request, file: Option<Blob>, passphrase: &str) -> Option<()> {
        if self.running.borrow().is_none() {
            let promise: Promise = self.spawn.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
            let worker = JsFuture::from(promise).await.ok()?.unchecked_into();
            *self.running.borrow_mut() = Some(Running::new(worker, Rc::clone(&self.hear)));
        }
        let typed = Uint8Array::from(passphrase.as_bytes());
        let json = serde_json::to_string(request).ok()?;
        let message = Array::of2(&JsValue::from_str(&json), &typed);
        if let Some(file) = file {
            message.push(&file);
        }
        let posted = match self.running.borrow().as_ref() {
            Some(running) => running.worker.post_message(&message),
            None => return None,
        };
        // The worker has a copy of its own.
        typed.fill(0, 0, typed.length());
        posted.ok()
    }

    /// Ends the worker, and with it everything that it held.
    pub(crate) fn end(&self) {
        // Dropping it ends the worker.
        self.running.borrow_mut().take();
    }
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
