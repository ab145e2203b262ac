//! What handlers share, built in one place; each handler asks only for the parts it needs.

use std::{fmt, sync::Arc};

use axum::{extract::FromRef, http::HeaderValue};
use keyhaven_storage::{Confirmation, Store};

use crate::{
    answer_budget::AnswerBudget,
    clock::Clock,
    config::BaseUrl,
    credential::Credentials,
    extract::{BodyBudget, TrustedProxies},
    load_shedding::WorkPlaces,
    mail::MailSignal,
    metrics::Metrics,
    recovery_app::RecoveryApp,
    request_limits::RequestLimits,
    system::ready::Readiness,
};

/// Memory that all answers with stored bytes share: 64 MiB.
const ANSWERS_KIB: u32 = 64 * 1024;

/// The store.
pub type StoreRef = Arc<dyn Store>;
/// The clock.
pub type ClockRef = Arc<dyn Clock>;

/// What sign-up says about an address that has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenAddress {
    /// 409, as the original wire does.
    Reveal,
    /// The same answer as for a new one, and a mail to the owner.
    Private,
}

/// What `GET /password/reset/{email}` does beside answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetByUrl {
    /// Nothing: a link or an image tag must not send mail.
    Ignore,
    /// Mails, as the original wire does: for development.
    Mail,
}

/// Facts and choices that hold while the process runs.
#[derive(Debug)]
pub struct Policy {
    /// Where links and `/status` point.
    pub base_url: BaseUrl,
    /// When the process started: RFC 3339.
    pub started: String,
    /// See [`TakenAddress`].
    pub taken_address: TakenAddress,
    /// Whether sign-ups must be confirmed by mail.
    pub confirmation: Confirmation,
    /// See [`ResetByUrl`].
    pub reset_by_url: ResetByUrl,
    /// What the store was told to hold each account to.
    pub quota_bytes: u64,
    /// Origins whose pages may read answers.
    pub allowed_origins: Vec<HeaderValue>,
}

/// Everything that the router needs.
#[derive(Clone, FromRef)]
pub struct AppState {
    store: StoreRef,
    clock: ClockRef,
    credentials: Credentials,
    mail: MailSignal,
    policy: Arc<Policy>,
    app: Arc<RecoveryApp>,
    trusted_proxies: TrustedProxies,
    limits: Arc<RequestLimits>,
    bodies: BodyBudget,
    answers: AnswerBudget,
    work: WorkPlaces,
    metrics: Metrics,
    readiness: Readiness,
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// What [`AppState`] is built from.
#[derive(Debug)]
pub struct Parts {
    /// The clock.
    pub clock: ClockRef,
    /// Hashing, limits, derivation.
    pub credentials: Credentials,
    /// Wakes the mail worker.
    pub mail: MailSignal,
    /// Facts and choices.
    pub policy: Policy,
    /// The pages.
    pub app: RecoveryApp,
    /// Proxies whose forwarded header is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// What one network, and one account, may ask for.
    pub limits: RequestLimits,
    /// Requests that are worked on at once.
    pub requests_max: u32,
    /// Where requests are counted.
    pub metrics: Metrics,
}

impl AppState {
    /// The state over a store.
    #[must_use]
    pub fn new(store: StoreRef, parts: Parts) -> Self {
        let Parts {
            clock,
            credentials,
            mail,
            policy,
            app,
            trusted_proxies,
            limits,
            requests_max,
            metrics,
        } = parts;
        let bodies = BodyBudget::new(policy.quota_bytes);
        Self {
            store,
            clock,
            credentials,
            mail,
            policy: Arc::new(policy),
            app: Arc::new(app),
            trusted_proxies: TrustedProxies(trusted_proxies.into()),
            limits: Arc::new(limits),
            bodies,
            answers: AnswerBudget::new(ANSWERS_KIB),
            work: WorkPlaces::new(requests_max, metrics.clone()),
            metrics,
            readiness: Readiness::default(),
        }
    }

    pub(crate) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    pub(crate) fn work(&self) -> WorkPlaces {
        self.work.clone()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }
}
