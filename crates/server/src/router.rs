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
    headers, lingering, persona, recovery_app, request_id, request_log,
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
        router = router.route(route.pattern, route.handler);
    }
    router
        .fallback(recovery_app::serve)
        .method_not_allowed_fallback(failure::method_not_allowed)
        .with_state(state)
        // The last layer is the first to see a request.
        .layer(CatchPanicLayer::custom(|_| ApiError::Panicked.into_response()))
        .layer(middleware::from_fn(request_log::log))
        .layer(middleware::from_fn(lingering::read_to_end))
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
