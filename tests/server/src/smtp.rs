//! A mail server: it speaks SMTP, in clear or over TLS, keeps what it is given, and can be told to refuse.

mod conversation;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use self::conversation::converse;
use crate::{authority::Identity, server::UNCONFIRMED_IS_FINE};

const PATIENCE: Duration = Duration::from_secs(30);

/// How the server protects its connections.
#[derive(Debug, Clone, Default)]
pub enum Protection {
    /// Not at all.
    #[default]
    Clear,
    /// Begins in clear and offers TLS.
    Starttls(Identity),
    /// TLS from the first byte.
    Tls(Identity),
}

/// A command as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The line.
    pub line: String,
    /// Whether it came over TLS.
    pub over_tls: bool,
}

/// Mails that were accepted, with how many are still to be refused.
#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// What the server will do, and what it has seen.
#[derive(Debug, Default)]
struct State {
    protection: Protection,
    refusals: usize,
    knows_nobody: bool,
    /// Conversations that are to be answered with silence.
    silences: usize,
    connections: usize,
    heard: Vec<Heard>,
    mails: Vec<String>,
    refused: Vec<String>,
}

impl SmtpServer {
    /// Listens on loopback and refuses the first `refusals` mails with a passing error, after reading them.
    ///
    /// # Panics
    /// If it cannot listen.
    #[must_use]
    pub fn start(refusals: usize) -> Self {
        Self::listen(State {
            refusals,
            ..State::default()
        })
    }

    /// Listens on loopback, protected like this.
    #[must_use]
    pub fn protected(protection: Protection) -> Self {
        Self::listen(State {
            protection,
            ..State::default()
        })
    }

    /// Listens on loopback and refuses each recipient for good, with the address and a link in its words.
    #[must_use]
    pub fn knowing_nobody() -> Self {
        Self::listen(State {
            knows_nobody: true,
            ..State::default()
        })
    }

    /// Listens on loopback and says nothing at all to the first `silences` clients.
    #[must_use]
    pub fn silent(silences: usize) -> Self {
        Self::listen(State {
            silences,
            ..State::default()
        })
    }

    fn listen(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || converse(stream, &shared));
            }
        });
        Self { address, state }
    }

    /// Lines of configuration that send mail here in clear.
    #[must_use]
    pub fn config(&self) -> String {
        self.config_with("security = \"none\"\n")
    }

    /// Lines of configuration that send mail here, with these settings.
    #[must_use]
    pub fn config_with(&self, settings: &str) -> String {
        let port = self.address.port();
        // What is counted here is what the tests ask for.
        format!(
            "[accounts]\n{UNCONFIRMED_IS_FINE}\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n{settings}"
        )
    }

    /// From now on it protects its connections like this.
    pub fn protect(&self, protection: Protection) {
        lock(&self.state).protection = protection;
    }

    /// Every command so far.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        lock(&self.state).heard.clone()
    }

    /// Every mail that was accepted.
    #[must_use]
    pub fn mails(&self) -> Vec<String> {
        lock(&self.state).mails.clone()
    }

    /// Waits for the first mail that was accepted.
    ///
    /// # Panics
    /// If none comes.
    #[must_use]
    pub fn wait_for_mail(&self) -> String {
        self.wait(|state| state.mails.first().cloned())
    }

    /// Waits for the first mail that was refused.
    ///
    /// # Panics
    /// If none comes.
    #[must_use]
    pub fn wait_for_refused(&self) -> String {
        self.wait(|state| state.refused.first().cloned())
    }

    /// Waits until `count` clients have come.
    ///
    /// # Panics
    /// If they do not.
    pub fn wait_for_connections(&self, count: usize) {
        self.wait(|state| (state.connections >= count).then_some(()));
    }

    fn wait<T>(&self, found: impl Fn(&State) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found(&lock(&self.state)) {
                return found;
            }
            assert!(Instant::now() < until, "it did not come");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
