//! What an operator's monitoring reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use keyhaven_server_tests::{
    http::Request,
    person::{Person, ask_for_reset, create_account},
    server::Server,
};

const CONFIG: &str = "metrics = \"127.0.0.1:0\"\n";

/// Every series of a page, by its text before the value.
type Series = BTreeMap<String, f64>;

fn listener(server: &Server) -> SocketAddr {
    let log = server.log();
    let line = log.lines().find(|line| line.contains("metrics are served"));
    let line = line.expect("the log names the listener");
    let (_, address) = line.split_once("address=").unwrap();
    address.trim().parse().unwrap()
}

fn scrape(server: &Server) -> (String, Series) {
    let answer = Request::new(listener(server), "GET", "/metrics").send();
    assert_eq!(answer.status, 200, "{answer}");
    let media_type = answer.header("content-type");
    assert_eq!(media_type, "text/plain; version=0.0.4; charset=utf-8");
    let text = String::from_utf8(answer.body).unwrap();
    let series = parse(&text);
    (text, series)
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// Reads the format as its specification has it, and nothing more.
fn parse(text: &str) -> Series {
    assert!(text.ends_with('\n'), "the last line ends");
    let mut families: BTreeMap<&str, &str> = BTreeMap::new();
    let mut current = ("", "");
    let mut helped = "";
    let mut series = Series::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a help text");
            assert!(is_name(name) && !help.is_empty(), "{line}");
            helped = name;
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert_eq!(name, helped, "help and type belong together");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(families.insert(name, kind).is_none(), "{name} is declared twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
            current = (name, kind);
        } else {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            let value: f64 = value.parse().expect("a number");
            assert!(value.is_finite() && value >= 0.0, "{line}");
            let name = key.split('{').next().unwrap();
            let suffixes: &[&str] = match current.1 {
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            assert!(
                suffixes
                    .iter()
                    .any(|suffix| name == format!("{}{suffix}", current.0)),
                "{line} stands under {}",
                current.0
            );
            expect_labels(key);
            assert!(
                series.insert(key.to_owned(), value).is_none(),
                "{key} stands twice"
            );
        }
    }
    series
}

fn expect_labels(key: &str) {
    let Some((_, labels)) = key.split_once('{') else {
        return;
    };
    let labels = labels.strip_suffix('}').expect("labels end");
    let mut names = BTreeSet::new();
    // A route has no comma and no quote, and no label of ours has.
    for label in labels.split(',') {
        let (name, value) = label.split_once('=').expect("a label");
        assert!(
            ["method", "route", "status", "le", "share"].contains(&name),
            "{key}"
        );
        assert!(
            value.len() > 2 && value.starts_with('"') && value.ends_with('"'),
            "{key}"
        );
        assert!(names.insert(name), "{key}");
    }
}

fn expect_histograms(series: &Series) {
    let counts = series
        .iter()
        .filter(|(key, _)| key.starts_with("keyhaven_request_duration_seconds_count"));
    let mut seen = 0;
    for (key, count) in counts {
        let labels = key.split_once('{').unwrap().1.trim_end_matches('}');
        let prefix = format!("keyhaven_request_duration_seconds_bucket{{{labels},le=\"");
        let mut buckets: Vec<(f64, f64)> = series
            .iter()
            .filter_map(|(key, value)| {
                let end = key.strip_prefix(&prefix)?.strip_suffix("\"}")?;
                Some((end.replace("+Inf", "inf").parse().unwrap(), *value))
            })
            .collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(
            buckets.len() > 5 && buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1),
            "{buckets:?}"
        );
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, *count)), "{key}");
        seen += 1;
    }
    assert!(seen > 3, "{seen} histograms");
}

#[test]
fn the_page_counts_what_was_done_and_names_nobody() {
    let server = Server::start_with(CONFIG);
    let (_, before) = scrape(&server);
    assert_eq!(before["keyhaven_store_readable"], 1.0);
    create_account(&server, "typed.person@example.org", "x").expect_done();
    let person = Person::with_backup(&server, "derived.person@example.org");
    for _ in 0..3 {
        let answer = server
            .request("GET", "/personas/name%20of%20it")
            .basic("typed.person@example.org", "x")
            .send();
        answer.expect_failure(410, "persona_not_found");
    }
    let _nowhere = server.request("BREW", "/lost.person@example.org?x=y").send();
    ask_for_reset(&server, "typed.person@example.org").expect_done();
    let _mail = server.mailbox().wait_for(1);
    // A letter is in the outbox a moment before it is off the queue.
    let until = Instant::now() + Duration::from_secs(10);
    let (text, after) = loop {
        let (text, after) = scrape(&server);
        if after["keyhaven_mails_waiting"] == 0.0 || Instant::now() > until {
            break (text, after);
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    expect_histograms(&after);
    let read = "{method=\"GET\",route=\"/personas/{id}\",status=\"410\"}";
    assert_eq!(after[&format!("keyhaven_requests_total{read}")], 3.0, "{text}");
    let nowhere = "keyhaven_requests_total{method=\"other\",route=\"other\",status=\"404\"}";
    assert_eq!(after[nowhere], 1.0, "{text}");
    // Sign-up twice, sign-in twice, and one of three reads: the others were remembered.
    assert!(
        after["keyhaven_hashes_total"] >= 4.0 && after["keyhaven_hashes_total"] <= 6.0,
        "{text}"
    );
    assert!(after["keyhaven_store_writes_total"] >= 6.0, "{text}");
    assert!(after["keyhaven_store_commits_total"] <= after["keyhaven_store_writes_total"]);
    assert!(after["keyhaven_store_size_bytes"] > 4096.0);
    // The server sweeps as it starts.
    #[expect(clippy::disallowed_methods, reason = "the server's clock is the machine's")]
    let now = SystemTime::now();
    let now = now.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let ago = now - after["keyhaven_last_sweep_timestamp_seconds"];
    assert!((-5.0..120.0).contains(&ago), "swept {ago} seconds ago");
    assert_eq!(after["keyhaven_requests_in_flight"], 0.0);
    assert_eq!(after["keyhaven_mails_waiting"], 0.0);
    assert!(after["keyhaven_connections_total"] >= 10.0);
    for word in [
        "person@",
        "example",
        "lost",
        "name of",
        "name%20",
        &person.token,
        "127.0.0.1",
        "BREW",
    ] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    for (key, value) in &before {
        let counts = key.contains("_total") || key.contains("_count");
        assert!(!counts || after[key] >= *value, "{key} fell");
    }
}

#[test]
fn what_is_held_now_is_on_the_page() {
    let server = Server::start_with(CONFIG);
    create_account(&server, "carol@example.org", "x").expect_done();
    let upload = server
        .request("POST", "/personas/a")
        .basic("carol@example.org", "x")
        .body("application/zip", vec![7; 5 * 1024 * 1024])
        .begin();
    let (text, during) = scrape(&server);
    let held = "keyhaven_body_bytes_in_flight{share=\"large\"}";
    assert_eq!(during[held], 5.0 * 1024.0 * 1024.0, "{text}");
    assert_eq!(during["keyhaven_requests_in_flight"], 1.0, "{text}");
    assert_eq!(during["keyhaven_connections_open"], 1.0, "{text}");
    upload.finish().expect_done();
    let (text, after) = scrape(&server);
    assert_eq!(
        (after[held], after["keyhaven_requests_in_flight"]),
        (0.0, 0.0),
        "{text}"
    );
}

#[test]
fn metrics_are_on_their_own_listener_and_only_where_they_are_asked_for() {
    let server = Server::start_with(CONFIG);
    server
        .request("GET", "/metrics")
        .send()
        .expect_failure(404, "not_found");
    let elsewhere = Request::new(listener(&server), "GET", "/status").send();
    assert_eq!(elsewhere.status, 404);
    let without = Server::start();
    assert!(!without.log().contains("metrics are served"));
    let by_word = Server::start_with_words("", &["--metrics", "127.0.0.1:0"]);
    assert!(!scrape(&by_word).1.is_empty());
}
