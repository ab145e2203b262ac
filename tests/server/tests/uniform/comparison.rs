//! How two kinds of requests are compared.
//!
//! Each comparison sends pairs, one request of each kind in an order that a coin decides, over one connection. It
//! passes when the area under the ROC curve (`measure`) is between 0.46 and 0.54. Chance alone leaves these bounds once
//! in 500 comparisons of 1,000 pairs, and far more often with fewer. So whoever is out of bounds is measured longer and
//! judged by all pairs together, up to 4,000; the bounds stay. A campaign begins with 1,000 pairs, an ordinary run with
//! 100.
//!
//! More than one look is more than one chance to pass. The area of n pairs strays by 0.41 / √n, so that among all five
//! looks of an ordinary run a leak whose true area is 0.60 passes once in 13 comparisons, one of 0.65 once in 250 and one
//! of 0.70 once in 20,000; among the three of a campaign one of 0.58 passes once in 1,000. So the campaign holds the
//! bounds, and an ordinary run finds what is coarse. What such an area is in time is for `a_small_leak_is_seen` to say.

use std::{sync::Mutex, time::Duration};

use keyhaven_server_tests::{
    campaign::{Numbers, is_full},
    http::{Answer, Request},
    keep_alive::KeepAlive,
    measure::{INDISTINGUISHABLE, auc},
    server::Server,
};

/// After how many pairs a comparison may pass.
const LOOKS: [usize; 5] = [100, 300, 1_000, 2_000, 4_000];
pub(super) const FULL: usize = 1_000;
/// Chance does not leave these, not with a hundred pairs: more of them would change nothing.
const DOUBTFUL: std::ops::RangeInclusive<f64> = 0.3..=0.7;

/// Comparisons are made one after the other: two at once would measure each other.
pub(super) static ALONE: Mutex<()> = Mutex::new(());

/// Two durations for each pair.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) known: Vec<Duration>,
    pub(super) unknown: Vec<Duration>,
}

impl Measured {
    pub(super) fn area(&self) -> f64 {
        auc(&self.known, &self.unknown)
    }
}

/// Status, headers, body.
pub(super) type Seen = (u16, Vec<(String, String)>, String);

/// What a stranger sees of an answer, without what is never the same twice.
pub(super) fn seen(answer: &Answer) -> Seen {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    headers.sort();
    let body = String::from_utf8_lossy(&answer.body).replace(answer.header("x-request-id"), "");
    (answer.status, headers, body)
}

/// Compares what a stranger sees whole.
pub(super) fn compare(
    server: &Server,
    status: u16,
    request_for_known: impl Fn(usize) -> Request,
    request_for_unknown: impl Fn(usize) -> Request,
) -> f64 {
    compare_as(server, status, seen, request_for_known, request_for_unknown)
}

/// The same for what a caller sees of it.
pub(super) fn compare_as(
    server: &Server,
    status: u16,
    seen: impl Fn(&Answer) -> Seen,
    request_for_known: impl Fn(usize) -> Request,
    request_for_unknown: impl Fn(usize) -> Request,
) -> f64 {
    let plan = Plan {
        passes_after: if is_full() { FULL } else { LOOKS[0] },
        leak: 1.0,
    };
    compare_by(plan, server, status, seen, request_for_known, request_for_unknown)
}

/// How a comparison is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// After how many pairs it may pass.
    pub(super) passes_after: usize,
    /// What is known counts as if it had taken so many times as long.
    pub(super) leak: f64,
}

/// Sends pairs until the area is within bounds, or far out of them, or the last look was taken; gives the area.
pub(super) fn compare_by(
    plan: Plan,
    server: &Server,
    status: u16,
    seen: impl Fn(&Answer) -> Seen,
    request_for_known: impl Fn(usize) -> Request,
    request_for_unknown: impl Fn(usize) -> Request,
) -> f64 {
    let mut connection = KeepAlive::connect(server.address());
    let mut coin = Numbers::new(u64::from(status) + 0x5eed);
    let mut measured = Measured::default();
    let mut begun = 0;
    for look in LOOKS {
        while begun < look {
            let pair = begun;
            let mut one = |known: bool| {
                let request = if known {
                    request_for_known(pair)
                } else {
                    request_for_unknown(pair)
                };
                let (answer, took) = connection.send(&request);
                if known {
                    measured.known.push(took.mul_f64(plan.leak));
                } else {
                    measured.unknown.push(took);
                }
                assert_eq!(answer.status, status, "{answer}");
                seen(&answer)
            };
            let heads = coin.below(2) == 0;
            let (first, second) = (one(heads), one(!heads));
            assert_eq!(first, second);
            begun += 1;
        }
        let area = measured.area();
        let enough = look >= plan.passes_after;
        if (enough && INDISTINGUISHABLE.contains(&area)) || !DOUBTFUL.contains(&area) {
            break;
        }
    }
    let area = measured.area();
    println!("area {area:.3} after {begun} pairs");
    area
}

pub(super) fn expect_alike(name: &str, area: f64) {
    assert!(INDISTINGUISHABLE.contains(&area), "{name}: the area is {area:.3}");
}
