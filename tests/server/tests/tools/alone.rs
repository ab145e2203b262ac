//! One test at a time, and good clients beside it.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    http::{Answer, Request},
    keep_alive::KeepAlive,
    person::{Person, random},
    server::Server,
};

static ALONE: Mutex<()> = Mutex::new(());

/// The most memory that a server under any load may ever have had, in KiB: what `docs/figures.md` says of a full queue of
/// hashes beside uploads.
pub(crate) const PEAK_MAX_KIB: u64 = 250_000_000 / 1024;
/// Limits that a test from one address needs.
pub(crate) const CONFIG: &str = "metrics = \"127.0.0.1:0\"\n[load]\nconnections_per_network = 20000\n[accounts]\n\
                                 guesses = 100000000\nwrong_passwords = 1000000\nsign_ups = 1000000\n\
                                 reset_requests = 1000000\n";

/// Waits until no other test runs.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who reads what is stored.
pub(crate) struct Reader {
    pub(crate) person: Person,
    pub(crate) object: String,
}

impl Reader {
    pub(crate) fn new(server: &Server) -> Self {
        let person = Person::with_backup(server, "good.client@example.org");
        let object = random::<16>();
        let body = keyhaven_protocol::parts::parts(&[b"inventory", &[7; 10 * 1024]]);
        let written = person
            .request(server, "PUT", &format!("/persona/v1/objects/{object}"))
            .header("if-none-match", "*")
            .body("application/vnd.keyhaven.parts", body)
            .send();
        assert_eq!(written.status, 200, "{written}");
        Self { person, object }
    }

    /// Reads all the time until told to stop; gives how long each answer took. Every answer must be whole and right.
    pub(crate) fn read_until(&self, server: &Server, stop: &AtomicBool) -> Vec<Duration> {
        let target = format!("/persona/v1/objects/{}", self.object);
        let read = self.person.request(server, "GET", &target);
        let mut took = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let (answer, waited) = send_anew(server, &read);
            took.push(waited);
            assert_eq!((answer.status, answer.body.len()), (200, 10 * 1024), "{answer}");
            std::thread::sleep(Duration::from_millis(10));
        }
        took
    }
}

/// Sends over a connection of its own, since an attack may be on new ones; gives the time from the beginning of the
/// connection on.
pub(crate) fn send_anew(server: &Server, request: &Request) -> (Answer, Duration) {
    let began = Instant::now();
    let (answer, _) = KeepAlive::connect(server.address()).send(request);
    (answer, began.elapsed())
}

/// The duration that this share of all is not longer than.
pub(crate) fn quantile(mut took: Vec<Duration>, share: f64) -> Duration {
    took.sort_unstable();
    let last = took.len().checked_sub(1).expect("something was measured");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    took[(last as f64 * share).round() as usize]
}
