//! What the starter hands to the app, once.

use js_sys::Function;
use leptos::prelude::LocalStorage;
use leptos::prelude::StoredValue;
use zeroize::Zeroizing;

use crate::route::Base;

/// What the starter hands to the app, once.
#[derive(Clone)]
pub struct Handover {
    /// Where the app is.
    pub base: Base,
    /// What stood behind `?`, with it. May hold a reset code.
    pub query: Zeroizing<String>,
    /// What stood behind `#`, with it. May hold a reset code.
    pub fragment: Zeroizing<String>,
    /// Returns a promise of a worker that answers slow steps.
    pub spawn_worker: StoredValue<Function, LocalStorage>,
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handover")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
