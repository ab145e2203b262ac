//! The other side of the worker: answers jobs, one after the other, until the page ends it.

use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::wire;

/// Begins to answer, and tells the page so with one empty message.
pub fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let answering = scope.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let scope = answering.clone();
        // A message that is no job is not from this program, and gets no answer.
        let Some((number, job)) = wire::read_job(&event.data()) else {
            return;
        };
        spawn_local(async move {
            let answer = keyhaven_webcrypto::answer(job).await;
            let message = wire::write_answer(number, &answer);
            // Posting arrays of bytes fails only when the page has gone.
            let _ = scope.post_message(&message);
            wire::wipe(&message);
        });
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It answers for as long as the worker lives.
    on_message.forget();
    let _ = scope.post_message(&wasm_bindgen::JsValue::NULL);
}
