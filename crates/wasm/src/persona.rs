//! The client of persona backups: the flows of `keyhaven-client`, each call run until it asks for something that only
//! JavaScript has.
//!
//! ```text
//! TypeScript ── starts a call ──▶ flow ── future ── asks ──▶ PersonaHost ── question ──▶ fetch, a pause, a normal form
//!      ▲                                    ▲                                                  │
//!      └──── what came of it ───────────────┴───────────────── answer ◀────────────────────────┘
//! ```
//!
//! A call is a future that nobody but `go` polls: at each question it rests, TypeScript does what is asked with its own
//! promises, and goes on. So no executor and no promise is compiled into the wasm, and dropping the future is stopping.

mod access;
mod call;
mod host;
mod outcome;
mod problem;
mod question;
mod reset;
mod typed;
mod vault;

pub use access::PersonaAccess;
pub use host::Surroundings;
pub use question::PersonaHost;
pub use reset::PersonaReset;
pub use vault::PersonaVault;
