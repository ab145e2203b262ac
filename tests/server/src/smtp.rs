//! A mail server that takes one kind of answer: it speaks SMTP with one client at a time and keeps what it is given.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// Mails that were accepted, with how many are still to be refused.
#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    refusals: usize,
    knows_nobody: bool,
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

    /// Listens on loopback and refuses each recipient for good, with the address and a link in its words.
    #[must_use]
    pub fn knowing_nobody() -> Self {
        Self::listen(State {
            knows_nobody: true,
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
                std::thread::spawn(move || converse(&stream, &shared));
            }
        });
        Self { address, state }
    }

    /// Lines of configuration that send mail here.
    #[must_use]
    pub fn config(&self) -> String {
        format!(
            "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
            self.address.port()
        )
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

    fn wait(&self, found: impl Fn(&State) -> Option<String>) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(mail) = found(&self.state.lock().unwrap_or_else(PoisonError::into_inner)) {
                return mail;
            }
            assert!(Instant::now() < until, "no mail came");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn converse(stream: &TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 test")?;
    while let Some(line) = lines.next() {
        match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => say("250 test")?,
            "DATA" => {
                say("354 go on")?;
                let mail: Vec<_> = lines.by_ref().take_while(|line| line != ".").collect();
                let mail = mail.join("\n");
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                if state.refusals > 0 {
                    state.refusals -= 1;
                    state.refused.push(mail);
                    say("451 come back later")?;
                } else {
                    state.mails.push(mail);
                    say("250 taken")?;
                }
            }
            "RCPT" if state.lock().unwrap_or_else(PoisonError::into_inner).knows_nobody => {
                let (_, recipient) = line.split_once(':').unwrap_or_default();
                say(&format!(
                    "550 {recipient} is nobody, see https://mail.example.net/why"
                ))?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
    Some(())
}
