//! Places under a clock that stands still until everybody waits for it.

use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
use tokio::{sync::Notify, task::JoinHandle, time::sleep};
use tower::ServiceExt as _;

use super::*;

/// One place, and who holds it or sends a body goes on when it is told to.
struct Scene {
    places: WorkPlaces,
    router: Router,
    work_ends: Arc<Notify>,
    body_comes: Arc<Notify>,
}

impl Scene {
    fn new() -> Self {
        let places = WorkPlaces::new(1, Metrics::default());
        let (work_ends, body_comes) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (work, body) = (Arc::clone(&work_ends), Arc::clone(&body_comes));
        let upload = |request: Request, comes: Arc<Notify>| async move {
            let body = async {
                comes.notified().await;
                Ok(())
            };
            while_waiting(request.extensions(), body).await
        };
        let router = Router::new()
            .route("/work", get(move || async move { work.notified().await }))
            .route("/body", get(move |request: Request| upload(request, body)))
            .route("/health", get(|| async {}))
            .layer(middleware::from_fn_with_state(places.clone(), shed));
        Self {
            places,
            router,
            work_ends,
            body_comes,
        }
    }

    async fn status(&self, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    /// Asks, and lets it come as far as it comes within a millisecond.
    async fn begin(&self, path: &'static str) -> JoinHandle<(StatusCode, Duration)> {
        let router = self.router.clone();
        let began = tokio::time::Instant::now();
        let asked = tokio::spawn(async move {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.oneshot(request).await.unwrap();
            (response.status(), began.elapsed())
        });
        sleep(Duration::from_millis(1)).await;
        asked
    }

    fn free(&self) -> usize {
        self.places.free.available_permits()
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_place_in_time_the_answer_is_503_and_held_back_and_health_is_served() {
    let scene = Scene::new();
    let working = scene.begin("/work").await;
    let (refused, after) = scene.begin("/work").await.await.unwrap();
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    assert!(after >= TURN_MAX + HELD_BACK, "{after:?}");
    assert!(
        after < TURN_MAX + HELD_BACK + Duration::from_millis(5),
        "{after:?}"
    );
    assert_eq!(scene.status("/health").await, StatusCode::OK);
    scene.work_ends.notify_one();
    assert_eq!(working.await.unwrap().0, StatusCode::OK);
    assert_eq!(scene.free(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_waits_gets_the_place_in_turn_and_an_answer_that_is_held_back_takes_none() {
    let scene = Scene::new();
    let first = scene.begin("/work").await;
    let refused = scene.begin("/work").await;
    sleep(TURN_MAX).await;
    let second = scene.begin("/work").await;
    let third = scene.begin("/work").await;
    scene.work_ends.notify_one();
    assert_eq!(first.await.unwrap().0, StatusCode::OK);
    sleep(Duration::from_millis(1)).await;
    scene.work_ends.notify_one();
    let (served, after) = second.await.unwrap();
    assert_eq!(served, StatusCode::OK);
    assert!(after < Duration::from_millis(10), "{after:?}");
    sleep(Duration::from_millis(1)).await;
    scene.work_ends.notify_one();
    assert_eq!(third.await.unwrap().0, StatusCode::OK);
    assert_eq!(refused.await.unwrap().0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn who_has_sent_a_body_goes_before_all_but_one_of_those_who_begin() {
    let scene = Scene::new();
    let sender = scene.begin("/body").await;
    let working = scene.begin("/work").await;
    let first = scene.begin("/work").await;
    let second = scene.begin("/work").await;
    scene.body_comes.notify_one();
    sleep(Duration::from_millis(1)).await;
    scene.work_ends.notify_one();
    assert_eq!(working.await.unwrap().0, StatusCode::OK);
    sleep(Duration::from_millis(1)).await;
    assert!(!sender.is_finished());
    scene.work_ends.notify_one();
    assert_eq!(first.await.unwrap().0, StatusCode::OK);
    assert_eq!(sender.await.unwrap().0, StatusCode::OK);
    assert!(!second.is_finished());
    sleep(Duration::from_millis(1)).await;
    scene.work_ends.notify_one();
    assert_eq!(second.await.unwrap().0, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_body_leaves_the_place_to_others_and_has_the_next_one() {
    let scene = Scene::new();
    let sender = scene.begin("/body").await;
    assert_eq!(scene.free(), 1);
    let other = scene.begin("/work").await;
    assert_eq!(scene.free(), 0);
    scene.body_comes.notify_one();
    // More patient than who only begins.
    sleep(TURN_MAX + HELD_BACK).await;
    assert!(!sender.is_finished());
    scene.work_ends.notify_one();
    assert_eq!(other.await.unwrap().0, StatusCode::OK);
    assert_eq!(sender.await.unwrap().0, StatusCode::OK);
    assert_eq!(scene.free(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_sent_a_body_and_gets_no_place_is_told_in_the_end() {
    let scene = Scene::new();
    let sender = scene.begin("/body").await;
    let _working = scene.begin("/work").await;
    scene.body_comes.notify_one();
    assert_eq!(sender.await.unwrap().0, StatusCode::SERVICE_UNAVAILABLE);
}
