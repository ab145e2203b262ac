//! Requests by route, method and status, with how long they took.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::exposition::{Kind, Page};

/// Upper ends of the histogram's buckets, in milliseconds: from a cached answer to an upload over a slow line.
const BUCKETS_MS: [u32; 14] = [
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000,
];

/// One route under one method.
#[derive(Debug, Default)]
struct Series {
    by_status: BTreeMap<u16, u64>,
    /// Of each bucket alone, not of those below it too.
    buckets: [u64; BUCKETS_MS.len()],
    answered: u64,
    took: Duration,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<BTreeMap<String, BTreeMap<&'static str, Series>>>);

impl Requests {
    /// Counts one answer. `route` is a pattern of the router.
    pub(super) fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), BTreeMap::new());
        }
        let Some(methods) = routes.get_mut(route) else {
            return;
        };
        let series = methods.entry(method).or_default();
        *series.by_status.entry(status).or_default() += 1;
        let fits = |end: &u32| took <= Duration::from_millis((*end).into());
        if let Some(bucket) = BUCKETS_MS
            .iter()
            .position(fits)
            .and_then(|bucket| series.buckets.get_mut(bucket))
        {
            *bucket += 1;
        }
        series.answered += 1;
        series.took = series.took.saturating_add(took);
    }

    pub(super) fn write(&self, page: &mut Page) {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let each = || {
            routes.iter().flat_map(|(route, methods)| {
                methods
                    .iter()
                    .map(move |(method, series)| (route.as_str(), *method, series))
            })
        };
        let name = "keyhaven_requests_total";
        page.family(name, Kind::Counter, "Requests that were answered.");
        for (route, method, series) in each() {
            for (status, count) in &series.by_status {
                let status = status.to_string();
                let labels = [("method", method), ("route", route), ("status", status.as_str())];
                page.sample(name, &labels, *count);
            }
        }
        let name = "keyhaven_request_duration_seconds";
        let help = "From the end of a request's head to the beginning of its answer.";
        page.family(name, Kind::Histogram, help);
        for (route, method, series) in each() {
            let mut below = 0_u64;
            let labels = [("method", method), ("route", route)];
            for (end, count) in BUCKETS_MS.iter().zip(series.buckets) {
                below = below.saturating_add(count);
                let end = (f64::from(*end) / 1_000.0).to_string();
                page.sample(
                    &format!("{name}_bucket"),
                    &[labels[0], labels[1], ("le", &end)],
                    below,
                );
            }
            let all = [labels[0], labels[1], ("le", "+Inf")];
            page.sample(&format!("{name}_bucket"), &all, series.answered);
            page.sample(&format!("{name}_sum"), &labels, series.took.as_secs_f64());
            page.sample(&format!("{name}_count"), &labels, series.answered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_in_its_bucket_and_in_every_larger_one() {
        let requests = Requests::default();
        for (status, ms) in [(200, 3), (200, 5), (404, 70_000)] {
            requests.answered("/a/{id}", "GET", status, Duration::from_millis(ms));
        }
        let mut page = Page::default();
        requests.write(&mut page);
        let text = page.into_text();
        for line in [
            "keyhaven_requests_total{method=\"GET\",route=\"/a/{id}\",status=\"200\"} 2",
            "keyhaven_requests_total{method=\"GET\",route=\"/a/{id}\",status=\"404\"} 1",
            "keyhaven_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{id}\",le=\"0.002\"} 0",
            "keyhaven_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{id}\",le=\"0.005\"} 2",
            "keyhaven_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{id}\",le=\"60\"} 2",
            "keyhaven_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{id}\",le=\"+Inf\"} 3",
            "keyhaven_request_duration_seconds_sum{method=\"GET\",route=\"/a/{id}\"} 70.008",
            "keyhaven_request_duration_seconds_count{method=\"GET\",route=\"/a/{id}\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }
}
