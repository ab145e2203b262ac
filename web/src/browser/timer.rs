//! A timer that does nothing any more once it was dropped.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast as _, closure::Closure};

/// Calls once after a while, unless it is dropped before.
pub(crate) struct Timer {
    handle: Option<i32>,
    over: Rc<Cell<Over>>,
    waiting: Rc<RefCell<Option<Act>>>,
}

type Act = Box<dyn FnOnce()>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    NotYet,
    Yes,
}

impl Timer {
    /// Calls `act` after `milliseconds`.
    pub(crate) fn start(milliseconds: i32, act: impl FnOnce() + 'static) -> Self {
        let over = Rc::new(Cell::new(Over::NotYet));
        let waiting: Rc<RefCell<Option<Act>>> = Rc::new(RefCell::new(Some(Box::new(act))));
        // The browser owns what it calls: a call that comes although the timer was cleared finds nothing to do, where a
        // function that is gone would be an error.
        let call = Closure::once_into_js({
            let (over, waiting) = (Rc::clone(&over), Rc::clone(&waiting));
            move || {
                let act = waiting.borrow_mut().take();
                if let Some(act) = act {
                    over.set(Over::Yes);
                    act();
                }
            }
        });
        let handle = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(call.unchecked_ref(), milliseconds)
                .ok()
        });
        Self {
            handle,
            over,
            waiting,
        }
    }

    /// Whether it has called.
    pub(crate) fn is_over(&self) -> bool {
        self.over.get() == Over::Yes
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.waiting.borrow_mut().take();
        if let (Some(window), Some(handle)) = (web_sys::window(), self.handle) {
            window.clear_timeout_with_handle(handle);
        }
    }
}
