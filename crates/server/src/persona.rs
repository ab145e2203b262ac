//! Persona backups: the original wire, and our own client's routes.

pub(crate) mod legacy;
pub(crate) mod v1;

mod not_allowed;
pub(crate) mod sealed_bytes;
mod sign_up;
mod versions;
