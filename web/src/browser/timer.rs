//! A timer that is stopped when it is dropped.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast as _, closure::Closure};

/// Calls once after a while, unless it is dropped before.
pub(crate) struct Timer {
    handle: Option<i32>,
    over: Rc<Cell<Over>>,
    // The browser calls it through this; it has to live as long.
    _call: Closure<dyn FnMut()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    NotYet,
    Yes,
}

impl Timer {
    /// Calls `act` after `milliseconds`.
    pub(crate) fn start(milliseconds: i32, act: impl FnOnce() + 'static) -> Self {
        let over = Rc::new(Cell::new(Over::NotYet));
        let call = Closure::once({
            let over = Rc::clone(&over);
            move || {
                over.set(Over::Yes);
                act();
            }
        });
        let handle = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    call.as_ref().unchecked_ref(),
                    milliseconds,
                )
                .ok()
        });
        Self {
            handle,
            over,
            _call: call,
        }
    }

    /// Whether it has called.
    pub(crate) fn is_over(&self) -> bool {
        self.over.get() == Over::Yes
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(window), Some(handle)) = (web_sys::window(), self.handle) {
            window.clear_timeout_with_handle(handle);
        }
    }
}
