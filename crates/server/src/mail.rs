//! Mail: a request is queued for every address, known or not; a worker looks the account up when it sends.

mod delivery;
mod language;
mod letters;
mod links;
mod logo;
mod mailbox;
mod news;
mod occasion;
mod outbox;
mod patience;
mod replaceable;
mod signal;
mod smtp;
mod worker;

pub use delivery::{Delivery, DeliveryError, Letter};
pub use language::Language;
pub use letters::House;
pub use logo::{Logo, LogoError};
pub(crate) use mailbox::mailable;
pub use outbox::Outbox;
pub use replaceable::ReplaceableDelivery;
pub use signal::MailSignal;
pub use smtp::{Smtp, SmtpFailure, SmtpOptions, SmtpSecurity, SmtpSetupError};
pub use worker::MailWorker;
