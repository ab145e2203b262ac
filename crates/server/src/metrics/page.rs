//! `GET /metrics`, on the listener of the metrics and nowhere else.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{
    Metrics,
    exposition::{Kind, MEDIA_TYPE, Page},
};
use crate::{
    answer_budget::AnswerBudget,
    app_state::{AppState, StoreRef},
    credential::Credentials,
    extract::BodyBudget,
};

/// The one page. Who reaches its listener may read it.
pub fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(answer)).with_state(state)
}

async fn answer(
    State(metrics): State<Metrics>,
    State(credentials): State<Credentials>,
    State(bodies): State<BodyBudget>,
    State(answers): State<AnswerBudget>,
    State(store): State<StoreRef>,
) -> Response {
    let mut page = Page::default();
    load(&mut page, &metrics);
    mail(&mut page, &metrics);
    hashes(&mut page, &credentials);
    memory(&mut page, &bodies, &answers);
    stored(&mut page, &store).await;
    metrics.0.requests.write(&mut page);
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], page.into_text()).into_response()
}

fn load(page: &mut Page, Metrics(counts): &Metrics) {
    let (name, help) = ("keyhaven_requests_in_flight", "Requests that are being served.");
    page.single(name, Kind::Gauge, help, counts.in_flight.value());
    let (name, help) = (
        "keyhaven_requests_shed_total",
        "Requests that were answered 503 because too many were being served.",
    );
    page.single(name, Kind::Counter, help, counts.shed.value());
    let (name, help) = ("keyhaven_connections_open", "Connections that are open.");
    page.single(name, Kind::Gauge, help, counts.connections.value());
    let (name, help) = ("keyhaven_connections_total", "Connections that were taken.");
    page.single(name, Kind::Counter, help, counts.accepted.value());
    let (name, help) = (
        "keyhaven_connections_refused_total",
        "Connections that were turned away because their network held too many.",
    );
    page.single(name, Kind::Counter, help, counts.refused.value());
}

fn mail(page: &mut Page, Metrics(counts): &Metrics) {
    let (name, help) = (
        "keyhaven_mails_given_up_total",
        "Mails that did not go out and are tried no more.",
    );
    page.single(name, Kind::Counter, help, counts.mails_given_up.value());
}

fn hashes(page: &mut Page, credentials: &Credentials) {
    let load = credentials.hasher.load();
    let (name, help) = ("keyhaven_hashes_running", "Password hashes that are computed.");
    page.single(name, Kind::Gauge, help, load.running);
    let (name, help) = ("keyhaven_hashes_waiting", "Password hashes that wait for a core.");
    page.single(name, Kind::Gauge, help, load.waiting);
    let (name, help) = ("keyhaven_hashes_total", "Password hashes that were computed.");
    page.single(name, Kind::Counter, help, load.computed);
    let (name, help) = (
        "keyhaven_hashes_refused_total",
        "Password hashes that were refused because the queue was full.",
    );
    page.single(name, Kind::Counter, help, load.refused);
}

fn memory(page: &mut Page, bodies: &BodyBudget, answers: &AnswerBudget) {
    let (name, help) = (
        "keyhaven_body_bytes_in_flight",
        "Memory that bodies of requests have taken.",
    );
    page.family(name, Kind::Gauge, help);
    for (share, bytes) in bodies.held_bytes() {
        page.sample(name, &[("share", share)], bytes);
    }
    let (name, help) = (
        "keyhaven_answer_bytes_in_flight",
        "Memory that stored bytes on their way out have taken.",
    );
    page.single(name, Kind::Gauge, help, answers.held_bytes());
}

async fn stored(page: &mut Page, store: &StoreRef) {
    let statistics = store.statistics().await;
    let (name, help) = (
        "keyhaven_store_readable",
        "Whether the store answered this question.",
    );
    page.single(name, Kind::Gauge, help, u8::from(statistics.is_ok()));
    let Ok(statistics) = statistics else { return };
    let (name, help) = ("keyhaven_store_writes_total", "Writes that were acknowledged.");
    page.single(name, Kind::Counter, help, statistics.writes);
    let (name, help) = (
        "keyhaven_store_commits_total",
        "Durable commits, which writes that come together share.",
    );
    page.single(name, Kind::Counter, help, statistics.commits);
    let (name, help) = ("keyhaven_store_size_bytes", "The database file.");
    page.single(name, Kind::Gauge, help, statistics.size_bytes);
    let (name, help) = ("keyhaven_store_free_bytes", "What of it is free for new content.");
    page.single(name, Kind::Gauge, help, statistics.free_bytes);
    let (name, help) = ("keyhaven_mails_waiting", "Mails that wait to be sent.");
    page.single(name, Kind::Gauge, help, statistics.mails_waiting);
    swept(page, store).await;
}

/// Nothing before the first sweep, which comes with the first start, and where the store does not say.
async fn swept(page: &mut Page, store: &StoreRef) {
    let Ok(Some(last)) = store.last_sweep().await else {
        return;
    };
    let (name, help) = (
        "keyhaven_last_sweep_timestamp_seconds",
        "When what is over was removed last, in seconds since 1970.",
    );
    page.single(name, Kind::Gauge, help, last.0);
}
