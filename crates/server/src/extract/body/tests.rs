//! What is read of a body, and what it holds.

use futures_util::stream;
use keyhaven_protocol::persona::limits::QUOTA_BYTES;

use super::*;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
/// A route that takes uploads.
const UPLOAD_MAX: usize = 10 * MIB;

impl Default for BodyBudget {
    fn default() -> Self {
        Self::new(QUOTA_BYTES)
    }
}

/// So that a budget serves as the state of an extractor.
impl FromRef<BodyBudget> for TrustedProxies {
    fn from_ref(_: &BodyBudget) -> Self {
        Self::default()
    }
}

fn stranger(address: &str) -> Sender {
    Sender {
        network: Network::of(address.parse().unwrap()),
        uploader: None,
    }
}

/// Somebody signed in, whose account is of this seed.
fn uploader(address: &str, seed: u8, state: AccountState, used_bytes: u64) -> Sender {
    Sender {
        uploader: Some(Uploader {
            account: AccountId::from_bytes([seed; AccountId::LEN]),
            state,
            used_bytes,
        }),
        ..stranger(address)
    }
}

/// A body of this length as a stranger sends it.
async fn whole(budget: &BodyBudget, sender: Sender, max: usize, len: usize) -> Result<Bytes, ApiError> {
    let headers = announcing(&len.to_string());
    read(&headers, Body::from(vec![7; len]), max, sender, budget).await
}

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
    read(&headers, body, max, stranger("192.0.2.1"), &BodyBudget::default())
        .await
        .unwrap_err()
        .code()
}

#[tokio::test]
async fn a_body_of_the_greatest_size_passes_and_one_byte_more_does_not() {
    let budget = BodyBudget::default();
    let body = Body::from(vec![1; 8]);
    let bytes = read(&HeaderMap::new(), body, 8, stranger("192.0.2.1"), &budget).await;
    assert_eq!(bytes.unwrap(), vec![1; 8]);
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
async fn a_small_body_that_trickles_is_given_up_after_its_time_and_a_large_one_that_keeps_no_pace() {
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
        (JSON_MAX_BYTES + 1, 10),
    ];
    for (max, seconds) in bounds {
        let began = Instant::now();
        assert_eq!(
            code(HeaderMap::new(), trickle(), max).await,
            ErrorCode::BodyTimeout
        );
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_body_that_keeps_pace_has_its_whole_time() {
    // 20 KiB a second.
    let pieces = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(&[7; 60 * KIB])), ()))
    });
    let began = Instant::now();
    assert_eq!(
        code(HeaderMap::new(), Body::from_stream(pieces), UPLOAD_MAX).await,
        ErrorCode::BodyTimeout
    );
    assert_eq!(began.elapsed().as_secs(), 150);
}

#[tokio::test]
async fn one_network_holds_half_of_each_memory_and_leaves_others_theirs() {
    let budget = BodyBudget::default();
    let routes = [
        (0, STRANGER_BODY_MAX_BYTES, STRANGERS_BUDGET_BYTES),
        (1, JSON_MAX_BYTES, SMALL_BUDGET_BYTES),
        (2, UPLOAD_MAX, LARGE_BUDGET_BYTES),
    ];
    let mut held = Vec::new();
    for (share, max, all) in routes {
        let mut filled = 0;
        while filled < all / 2 {
            let len = max.min(all / 2 - filled);
            held.push(whole(&budget, stranger("192.0.2.1"), max, len).await.unwrap());
            filled += len;
        }
        let more = whole(&budget, stranger("192.0.2.200"), max, 1).await;
        assert!(matches!(more, Err(ApiError::Busy)), "a neighbour");
        held.push(whole(&budget, stranger("198.51.100.1"), max, max).await.unwrap());
        assert_eq!(budget.held_bytes()[share].1, all / 2 + max);
    }
    drop(held);
    assert_eq!(budget.held_bytes().map(|(_, bytes)| bytes), [0; 3]);
}

#[tokio::test]
async fn uploads_leave_room_for_small_bodies_and_the_other_way_round() {
    let budget = BodyBudget {
        small: Memory::new(64 * KIB),
        large: Memory::new(2 * MIB),
        ..BodyBudget::default()
    };
    let here = stranger("192.0.2.1");
    let large = whole(&budget, here, UPLOAD_MAX, MIB).await.unwrap();
    assert!(matches!(
        whole(&budget, here, UPLOAD_MAX, 1).await,
        Err(ApiError::Busy)
    ));
    let small = whole(&budget, here, JSON_MAX_BYTES, 32 * KIB).await.unwrap();
    assert!(matches!(
        whole(&budget, here, JSON_MAX_BYTES, 1).await,
        Err(ApiError::Busy)
    ));
    drop(large);
    whole(&budget, here, UPLOAD_MAX, MIB).await.unwrap();
    drop(small);
    whole(&budget, here, JSON_MAX_BYTES, 32 * KIB).await.unwrap();
}

/// The store finishes what it was given, also when the client is gone and its request with it.
#[tokio::test]
async fn a_body_holds_its_memory_until_its_last_piece_is_dropped() {
    let budget = BodyBudget::default();
    let bytes = whole(&budget, stranger("192.0.2.1"), UPLOAD_MAX, MIB)
        .await
        .unwrap();
    let queued = bytes.slice(..1);
    drop(bytes);
    assert_eq!(budget.held_bytes()[2], ("large", MIB));
    drop(queued);
    assert_eq!(budget.held_bytes()[2], ("large", 0));
}

#[tokio::test]
async fn small_bodies_pay_for_what_has_come_and_not_for_what_they_announce() {
    let budget = BodyBudget::default();
    for max in [STRANGER_BODY_MAX_BYTES, JSON_MAX_BYTES] {
        let announced = announcing(&max.to_string());
        let body = Body::from(vec![7; KIB + 1]);
        let bytes = read(&announced, body, max, stranger("192.0.2.1"), &budget).await;
        let bytes = bytes.unwrap();
        let held: usize = budget.held_bytes().iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(held, 2 * KIB);
        drop(bytes);
    }
}

#[tokio::test]
async fn an_account_sends_two_of_the_largest_bodies_at_a_time_and_any_number_of_small_ones() {
    let budget = BodyBudget::default();
    let carol = |network| uploader(network, 1, AccountState::Active, 0);
    let len = UPLOAD_MAX;
    let first = whole(&budget, carol("192.0.2.1"), UPLOAD_MAX, len).await.unwrap();
    let _second = whole(&budget, carol("198.51.100.1"), UPLOAD_MAX, len)
        .await
        .unwrap();
    let third = whole(&budget, carol("203.0.113.1"), UPLOAD_MAX, len).await;
    assert!(matches!(third, Err(ApiError::Busy)), "from wherever it comes");
    let headers = HeaderMap::new();
    let elsewhere = carol("203.0.113.1");
    let unannounced = read(&headers, Body::from("a"), UPLOAD_MAX, elsewhere, &budget).await;
    assert!(matches!(unannounced, Err(ApiError::Busy)));
    let _small = whole(&budget, carol("192.0.2.1"), UPLOAD_MAX, JSON_MAX_BYTES)
        .await
        .unwrap();
    let dave = uploader("192.0.2.1", 2, AccountState::Active, 0);
    let _another = whole(&budget, dave, UPLOAD_MAX, len).await.unwrap();
    drop(first);
    whole(&budget, carol("192.0.2.1"), UPLOAD_MAX, len).await.unwrap();
}

#[tokio::test]
async fn nothing_is_read_of_a_body_that_its_account_has_no_room_for() {
    let budget = BodyBudget::new(u64::try_from(4 * MIB).unwrap());
    let mib = u64::try_from(MIB).unwrap();
    for (state, used, len, fits) in [
        (AccountState::Active, 3 * mib, MIB, true),
        (AccountState::Active, 3 * mib + 9, MIB, false),
        (AccountState::Active, 5 * mib, 9, false),
        (AccountState::Unconfirmed, 0, MIB, true),
        (AccountState::Unconfirmed, 0, MIB + 9, false),
    ] {
        let sender = uploader("192.0.2.1", 1, state, used);
        let body = if fits { Body::from(vec![7; len]) } else { pieces(0) };
        let read = read(&announcing(&len.to_string()), body, UPLOAD_MAX, sender, &budget).await;
        match read {
            Ok(bytes) => assert!(fits && bytes.len() == len, "{state:?} {used} {len}"),
            Err(error) => assert!(
                !fits && error.code() == ErrorCode::QuotaExceeded,
                "{state:?} {used} {len}"
            ),
        }
    }
    // An inventory that comes with a deletion may pass the quota: the store decides.
    let full = uploader("192.0.2.1", 1, AccountState::Active, 4 * mib);
    whole(&budget, full, INVENTORY_MAX_BYTES, MIB).await.unwrap();
}
