//! The table of every route, and the layers around all of them.

use std::time::Duration;

use axum::{
    Router,
    http::{Method, header},
    middleware,
    response::IntoResponse as _,
};
use tower::util::option_layer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};

use crate::{
    app_state::AppState,
    failure::{self, ApiError},
    headers::{self, Transport},
    lingering,
    load_shedding::{self, WorkPlaces},
    metrics::{self, Metrics},
    persona, recovery_app, request_id, request_log,
    route::Route,
    system,
};

/// Every route that is part of the API.
pub(crate) fn table() -> Vec<Route> {
    let mut table = persona::legacy::routes();
    table.extend(persona::v1::routes());
    table.extend(system::routes());
    table
}

/// The service over its state.
pub fn router(state: AppState) -> Router {
    let transport = state.policy().base_url.transport();
    let cors = cors(&state);
    let mut router = Router::new();
    for route in table() {
        router = router.route(route.path, route.handler);
    }
    let (work, metrics) = (state.work(), state.metrics());
    let router = persona::legacy::beside_the_table(router)
        .fallback(recovery_app::serve)
        .method_not_allowed_fallback(failure::method_not_allowed)
        .with_state(state);
    layered(router, transport, cors, work, metrics)
}

/// The layers around every route.
///
/// They are in two routers, one in the other. A request that there is no place for passes the outer one alone, which
/// gives it the headers of every answer; it is compared with no route, and neither logged nor timed by itself. So a
/// flood costs little, and those who have a place are served.
fn layered(
    router: Router,
    transport: Transport,
    cors: Option<CorsLayer>,
    work: WorkPlaces,
    metrics: Metrics,
) -> Router {
    let with_a_place = router
        // The last layer is the first to see a request.
        .layer(CatchPanicLayer::custom(|_| ApiError::Panicked.into_response()))
        .layer(middleware::from_fn_with_state(metrics, metrics::count))
        .layer(middleware::from_fn(request_log::log))
        .layer(middleware::from_fn(lingering::read_to_end));
    Router::new()
        .fallback_service(with_a_place)
        .layer(middleware::from_fn_with_state(work, load_shedding::shed))
        .layer(option_layer(cors))
        .layer(middleware::from_fn(failure::render))
        .layer(middleware::from_fn_with_state(transport, headers::secure))
        .layer(middleware::from_fn(request_id::assign))
}

/// Pages of the listed origins may read answers; without a list nobody else's may.
fn cors(state: &AppState) -> Option<CorsLayer> {
    let origins = &state.policy().allowed_origins;
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER, request_id::HEADER])
        .max_age(Duration::from_secs(600));
    (!origins.is_empty()).then_some(layer)
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, StatusCode},
        routing::get,
    };
    use keyhaven_protocol::error::{ErrorCode, FailureResponse};
    use tower::ServiceExt as _;

    use super::*;

    async fn panicking() -> StatusCode {
        panic!("hunter2")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_a_json_error_and_the_next_request_is_served() {
        let router = Router::new()
            .route("/panicking", get(panicking))
            .route("/sound", get(|| async { StatusCode::OK }));
        let metrics = Metrics::default();
        let work = WorkPlaces::new(1, metrics.clone());
        let router = layered(router, Transport::Plain, None, work, metrics);
        let answer = |path: &'static str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request)
        };

        let failed = answer("/panicking").await.unwrap();
        assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(failed.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(failed.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let request_id = failed.headers()[request_id::HEADER].to_str().unwrap().to_owned();
        let body = to_bytes(failed.into_body(), 10_000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
        let FailureResponse { failure } = serde_json::from_slice(&body).unwrap();
        assert_eq!(failure.error, ErrorCode::Internal);
        assert!(!request_id.is_empty());
        assert_eq!(failure.request_id, request_id);

        assert_eq!(answer("/sound").await.unwrap().status(), StatusCode::OK);
    }

    #[tokio::test(start_paused = true)]
    async fn who_finds_no_place_gets_the_headers_of_every_answer_and_no_route_sees_it() {
        let metrics = Metrics::default();
        let work = WorkPlaces::new(0, metrics.clone());
        let cors = CorsLayer::new().allow_origin(AllowOrigin::any());
        let router = Router::new().route("/panicking", get(panicking));
        let router = layered(router, Transport::Https, Some(cors), work, metrics);
        let request = Request::get("/panicking").header(header::ORIGIN, "https://app.example");
        let refused = router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        for (name, value) in [
            (header::RETRY_AFTER, "1"),
            (header::CONTENT_TYPE, "application/json"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        ] {
            assert_eq!(refused.headers()[name], value);
        }
        let request_id = refused.headers()[request_id::HEADER].to_str().unwrap().to_owned();
        let body = to_bytes(refused.into_body(), 10_000).await.unwrap();
        let FailureResponse { failure } = serde_json::from_slice(&body).unwrap();
        assert_eq!((failure.error, failure.request_id), (ErrorCode::Busy, request_id));
    }
}
