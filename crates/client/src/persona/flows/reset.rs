//! A new password by a mailed link. It signs in and opens nothing.

mod view;

pub use view::{ResetInput, ResetView};
