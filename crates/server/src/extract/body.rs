//! Bodies: bounded by `Content-Length` before anything is read and by count while reading, within a memory that requests
//! share, and within a time.
//!
//! There are three memories. Strangers have one: nobody may be kept from signing in by what others upload. Theirs are
//! short, soon over, and pay for what has come, not for what they announce.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::limits::{JSON_MAX_BYTES, STRANGER_BODY_MAX_BYTES},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{failure::ApiError, load_shedding};

/// Memory that all bodies in flight share: 64 MiB (`accounts-and-keys.md`, 6).
const STRANGERS_BUDGET_BYTES: usize = 4 * 1024 * 1024;
const SMALL_BUDGET_BYTES: usize = 4 * 1024 * 1024;
const LARGE_BUDGET_BYTES: usize = 56 * 1024 * 1024;
const KIB: usize = 1024;
/// The longest wait for the next piece of a body.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// The longest a stranger's body may take as a whole: 8 KiB at 1 KiB/s.
const STRANGER_WHOLE_MAX: Duration = Duration::from_secs(8);
/// The longest a small body may take as a whole: 64 KiB at 3 KiB/s.
const SMALL_WHOLE_MAX: Duration = Duration::from_secs(20);
/// The longest any other may take: 10 MiB at 70 KiB/s.
const LARGE_WHOLE_MAX: Duration = Duration::from_secs(150);

/// What is left of the memory for bodies.
#[derive(Debug, Clone)]
pub(crate) struct BodyBudget {
    strangers: Share,
    small: Share,
    large: Share,
}

/// One part of the memory, and the time that a body may hold some of it while it comes.
#[derive(Debug, Clone)]
struct Share {
    free_kib: Arc<Semaphore>,
    all_kib: usize,
    whole_max: Duration,
    charge: Charge,
}

/// When a body takes its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charge {
    /// At first, so that what was begun is never refused for want of memory.
    Announced,
    /// As it comes.
    Received,
}

impl Share {
    fn new(bytes: usize, whole_max: Duration, charge: Charge) -> Self {
        Self {
            free_kib: Arc::new(Semaphore::new(bytes / KIB)),
            all_kib: bytes / KIB,
            whole_max,
            charge,
        }
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, ApiError> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).map_err(|_| ErrorCode::TooLarge)?;
        Arc::clone(&self.free_kib)
            .try_acquire_many_owned(kib)
            .map_err(|_| ApiError::Busy)
    }

    fn held_bytes(&self) -> usize {
        self.all_kib.saturating_sub(self.free_kib.available_permits()) * KIB
    }
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self {
            strangers: Share::new(STRANGERS_BUDGET_BYTES, STRANGER_WHOLE_MAX, Charge::Received),
            small: Share::new(SMALL_BUDGET_BYTES, SMALL_WHOLE_MAX, Charge::Announced),
            large: Share::new(LARGE_BUDGET_BYTES, LARGE_WHOLE_MAX, Charge::Announced),
        }
    }
}

impl BodyBudget {
    /// By the greatest length that a route takes, and not by what a body announces: else a small upload could starve
    /// those who sign in.
    fn share_of(&self, max: usize) -> &Share {
        if max <= STRANGER_BODY_MAX_BYTES {
            &self.strangers
        } else if max <= JSON_MAX_BYTES {
            &self.small
        } else {
            &self.large
        }
    }

    /// What bodies hold now, by the name of their share.
    pub(crate) fn held_bytes(&self) -> [(&'static str, usize); 3] {
        [
            ("strangers", self.strangers.held_bytes()),
            ("small", self.small.held_bytes()),
            ("large", self.large.held_bytes()),
        ]
    }
}

/// A body that is held in memory; its share of the budget is given back on drop.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _share: OwnedSemaphorePermit,
}

/// A body of at most `MAX` bytes.
#[derive(Debug)]
pub(crate) struct Bounded<const MAX: usize>(pub(crate) Held);

impl<S, const MAX: usize> FromRequest<S> for Bounded<MAX>
where
    S: Send + Sync,
    BodyBudget: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let budget = BodyBudget::from_ref(state);
        let body = read(&parts.headers, body, MAX, &budget);
        load_shedding::while_waiting(&parts.extensions, body)
            .await
            .map(Self)
    }
}

async fn read(headers: &HeaderMap, body: Body, max: usize, budget: &BodyBudget) -> Result<Held, ApiError> {
    let announced = announced_len(headers)?;
    if announced.is_some_and(|len| len > max) {
        return Err(ErrorCode::TooLarge.into());
    }
    let share = budget.share_of(max);
    let expected = match share.charge {
        Charge::Announced => announced.unwrap_or(max),
        Charge::Received => 1,
    };
    let held = share.take(expected)?;
    let collected = BytesMut::with_capacity(announced.unwrap_or(0).min(expected));
    let collected = tokio::time::timeout(share.whole_max, collect(body, max, collected, held, share));
    collected.await.map_err(|_| ErrorCode::BodyTimeout)?
}

async fn collect(
    mut body: Body,
    max: usize,
    mut collected: BytesMut,
    mut held: OwnedSemaphorePermit,
    share: &Share,
) -> Result<Held, ApiError> {
    loop {
        let next = tokio::time::timeout(IDLE_MAX, body.frame());
        let frame = match next.await.map_err(|_| ErrorCode::BodyTimeout)? {
            None => {
                return Ok(Held {
                    bytes: collected.freeze(),
                    _share: held,
                });
            }
            Some(frame) => frame.map_err(|_| ErrorCode::MalformedBody)?,
        };
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > max.saturating_sub(collected.len()) {
            return Err(ErrorCode::TooLarge.into());
        }
        let len = collected.len().saturating_add(data.len());
        if let Some(more) = len.checked_sub(held.num_permits() * KIB).filter(|more| *more > 0) {
            held.merge(share.take(more)?);
        }
        collected.extend_from_slice(&data);
    }
}

fn announced_len(headers: &HeaderMap) -> Result<Option<usize>, ErrorCode> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else {
        return Ok(None);
    };
    let digits = value.to_str().map_err(|_| ErrorCode::MalformedBody)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ErrorCode::MalformedBody);
    }
    // A number too large for this machine is too large for every route.
    digits.parse().map(Some).map_err(|_| ErrorCode::TooLarge)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn announcing(len: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, len.parse().unwrap());
        headers
    }

    /// A body without a length, which panics when it is polled past `pieces`.
    fn pieces(pieces: usize) -> Body {
        let pieces = (0..=pieces).map(move |index| {
            assert!(index < pieces, "more was read than the bound allows");
            Ok::<_, std::io::Error>(Bytes::from_static(&[7; 4]))
        });
        Body::from_stream(stream::iter(pieces))
    }

    async fn code(headers: HeaderMap, body: Body, max: usize) -> ErrorCode {
        read(&headers, body, max, &BodyBudget::default())
            .await
            .unwrap_err()
            .code()
    }

    #[tokio::test]
    async fn a_body_of_the_greatest_size_passes_and_one_byte_more_does_not() {
        let budget = BodyBudget::default();
        let held = read(&HeaderMap::new(), Body::from(vec![1; 8]), 8, &budget)
            .await
            .unwrap();
        assert_eq!(held.bytes, vec![1; 8]);
        assert_eq!(
            code(HeaderMap::new(), Body::from(vec![1; 9]), 8).await,
            ErrorCode::TooLarge
        );
    }

    #[tokio::test]
    async fn nothing_is_read_of_a_body_that_announces_too_much() {
        assert_eq!(code(announcing("9"), pieces(0), 8).await, ErrorCode::TooLarge);
        assert_eq!(
            code(announcing(&"9".repeat(40)), pieces(0), 8).await,
            ErrorCode::TooLarge
        );
    }

    #[tokio::test]
    async fn reading_stops_at_the_bound() {
        assert_eq!(code(HeaderMap::new(), pieces(3), 8).await, ErrorCode::TooLarge);
    }

    #[tokio::test]
    async fn a_length_that_is_no_number_is_malformed() {
        for len in ["-1", "1e3", "+1", "0x10", ""] {
            assert_eq!(
                code(announcing(len), Body::empty(), 8).await,
                ErrorCode::MalformedBody,
                "{len}"
            );
        }
    }

    #[tokio::test]
    async fn a_broken_body_is_malformed() {
        let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        assert_eq!(
            code(HeaderMap::new(), Body::from_stream(broken), 8).await,
            ErrorCode::MalformedBody
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_coming_is_given_up() {
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(code(HeaderMap::new(), silent, 8).await, ErrorCode::BodyTimeout);
    }

    #[tokio::test(start_paused = true)]
    async fn a_small_body_that_trickles_is_given_up_sooner_than_a_large_one() {
        let trickle = || {
            let piece = || async { tokio::time::sleep(Duration::from_secs(3)).await };
            let pieces = stream::unfold((), move |()| async move {
                piece().await;
                Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
            });
            Body::from_stream(pieces)
        };
        let bounds = [
            (STRANGER_BODY_MAX_BYTES, 8),
            (JSON_MAX_BYTES, 20),
            (JSON_MAX_BYTES + 1, 150),
        ];
        for (max, seconds) in bounds {
            let began = tokio::time::Instant::now();
            assert_eq!(
                code(HeaderMap::new(), trickle(), max).await,
                ErrorCode::BodyTimeout
            );
            assert_eq!(began.elapsed().as_secs(), seconds);
        }
    }

    #[tokio::test]
    async fn uploads_leave_room_for_small_bodies_and_the_other_way_round() {
        let share = |kib| Share::new(kib * KIB, SMALL_WHOLE_MAX, Charge::Announced);
        let (small_max, large_max) = (JSON_MAX_BYTES, JSON_MAX_BYTES + 1);
        let budget = BodyBudget {
            strangers: share(0),
            small: share(64),
            large: share(65),
        };
        let one = |max| {
            let budget = &budget;
            async move { read(&HeaderMap::new(), Body::from("a"), max, budget).await }
        };
        let large = one(large_max).await.unwrap();
        assert!(matches!(one(large_max).await, Err(ApiError::Busy)));
        let small = one(small_max).await.unwrap();
        assert!(matches!(one(small_max).await, Err(ApiError::Busy)));
        drop(large);
        one(large_max).await.unwrap();
        assert!(matches!(one(small_max).await, Err(ApiError::Busy)));
        drop(small);
        one(small_max).await.unwrap();
    }

    #[tokio::test]
    async fn bodies_share_their_memory_and_give_it_back() {
        let budget = BodyBudget {
            small: Share::new(99 * KIB, SMALL_WHOLE_MAX, Charge::Announced),
            ..BodyBudget::default()
        };
        let one = |bytes| {
            let budget = &budget;
            async move { read(&HeaderMap::new(), Body::from(bytes), JSON_MAX_BYTES, budget).await }
        };
        let first = one("a").await.unwrap();
        assert_eq!(budget.held_bytes()[1], ("small", JSON_MAX_BYTES));
        assert!(matches!(one("b").await.unwrap_err(), ApiError::Busy));
        drop(first);
        assert!(one("b").await.is_ok());
        assert_eq!(budget.held_bytes().map(|(_, bytes)| bytes), [0; 3]);
    }

    #[tokio::test]
    async fn strangers_pay_for_what_has_come_and_not_for_what_they_announce() {
        let budget = BodyBudget {
            strangers: Share::new(10 * KIB, STRANGER_WHOLE_MAX, Charge::Received),
            ..BodyBudget::default()
        };
        let announced = announcing(&STRANGER_BODY_MAX_BYTES.to_string());
        let one = |len| {
            let (budget, announced) = (&budget, &announced);
            async move {
                read(
                    announced,
                    Body::from(vec![7; len]),
                    STRANGER_BODY_MAX_BYTES,
                    budget,
                )
                .await
            }
        };
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(one(KIB + 1).await.unwrap());
        }
        assert_eq!(budget.held_bytes()[0], ("strangers", 10 * KIB));
        assert!(matches!(one(1).await.unwrap_err(), ApiError::Busy));
        drop(held.pop());
        assert!(matches!(one(2 * KIB + 1).await.unwrap_err(), ApiError::Busy));
        assert_eq!(one(2 * KIB).await.unwrap().bytes.len(), 2 * KIB);
    }
}
