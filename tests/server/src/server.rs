//! The running binary.

use std::{
    ffi::{OsStr, OsString},
    fs::Permissions,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{http::Request, mailbox::Mailbox, travelled::Travelled};

const PATIENCE: Duration = Duration::from_secs(30);

/// What it logs last when it was told to read again, whatever came of it.
const LAST_WORDS_OF_A_RELOAD: &str = "the settings of the mail server ";

/// A server with a folder of its own, stopped when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    home: TempDir,
    travelled: OnceLock<Travelled>,
}

/// A server that ended before it listened.
#[derive(Debug)]
pub struct NotStarted {
    /// How it ended.
    pub status: ExitStatus,
    home: TempDir,
}

impl NotStarted {
    /// Everything it logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// The same server again.
    #[must_use]
    pub fn restart(self) -> Server {
        Server::run(self.home, command(), &[])
    }
}

/// The setting under which accounts need no confirmation.
pub const UNCONFIRMED_IS_FINE: &str = "confirmation = \"off\"";

/// The binary under test: named by the test command, or the one that cargo built beside this test.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn binary() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test command names the binary by this variable"
    )]
    let named = std::env::var_os("KEYHAVEN_BINARY").map(PathBuf::from);
    let beside = || {
        let test = std::env::current_exe().expect("this test has a path");
        test.ancestors().nth(2).expect("target/debug").join("keyhaven")
    };
    let binary = named.unwrap_or_else(beside);
    assert!(
        binary.exists(),
        "build the server first: cargo build -p keyhaven-server"
    );
    binary
}

/// A command of the binary that inherits no setting.
#[must_use]
pub fn command() -> Command {
    cleared(Command::new(binary()))
}

fn cleared(mut command: Command) -> Command {
    let ours = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_str().is_some_and(|name| name.starts_with("KEYHAVEN_")));
    for name in ours {
        command.env_remove(name);
    }
    command
}

/// A folder with a configuration, and a clock that can be moved; none where the server is to be public.
fn home_with(config: &str) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let clock = home.path().join("clock");
    // A table at the end of the file would swallow settings of the top, so the test's own come last.
    let development = if config.contains("[development]") {
        ""
    } else {
        "[development]\n"
    };
    let clock = if config.contains("base_url") {
        String::new()
    } else {
        format!("{development}clock_offset_file = {clock:?}")
    };
    let config = format!("{config}\n{clock}\n");
    let file = home.path().join("keyhaven.toml");
    std::fs::write(&file, config).expect("a configuration");
    // It may have the password of a mail server in it.
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("a file of ours");
    home
}

impl Server {
    /// A server with the defaults and a clock that tests can move.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// A server with these lines of configuration after the test's own.
    #[must_use]
    pub fn start_with(config: &str) -> Self {
        Self::start_with_words(config, &[])
    }

    /// A server with more words on its command line.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_with_words(config: &str, words: &[&str]) -> Self {
        Self::run(home_with(config), command(), words)
    }

    /// A server that can write no file longer than this: from there on, writing fails as on a disk that breaks.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_with_files_up_to(blocks_of_512: u32) -> Self {
        // A signal that is ignored stays ignored in the program that takes the shell's place: writing fails then, and
        // does not kill.
        let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
        let mut shell = cleared(Command::new("sh"));
        shell
            .args(["-c", script, "sh", &blocks_of_512.to_string()])
            .arg(binary());
        Self::run(home_with(""), shell, &[])
    }

    /// Waits until the process has ended by itself.
    ///
    /// # Panics
    /// If it does not end.
    #[must_use]
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status;
            }
            assert!(Instant::now() < until, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it as a power cut would, as far as a process can see.
    ///
    /// # Panics
    /// If it cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process that can be killed");
        let _status = self.child.wait().expect("a status");
    }

    /// The same server again, after it has ended, started by these words in front of its own: a tracer, say. Gives its
    /// home back when it ends before it listens.
    ///
    /// # Errors
    /// It did not start.
    ///
    /// # Panics
    /// If there are no words.
    pub fn restart_under(mut self, words: &[&OsStr]) -> Result<Self, NotStarted> {
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().expect("a folder"));
        let (program, rest) = words.split_first().expect("a program");
        let mut command = cleared(Command::new(program));
        command.args(rest).arg(binary());
        Self::try_run(home, command, &[])
    }

    /// A first start in an empty folder, by these words in front of its own. They are made for the folder around it.
    ///
    /// # Errors
    /// It did not start.
    ///
    /// # Panics
    /// If there are no words.
    pub fn start_under(words: impl FnOnce(&Path) -> Vec<OsString>) -> Result<Self, NotStarted> {
        let home = home_with("");
        let words = words(home.path());
        let (program, rest) = words.split_first().expect("a program");
        let mut command = cleared(Command::new(program));
        command.args(rest).arg(binary());
        Self::try_run(home, command, &[])
    }

    fn run(home: TempDir, command: Command, words: &[&str]) -> Self {
        Self::try_run(home, command, words)
            .unwrap_or_else(|failed| panic!("the server did not start: {}\n{}", failed.status, failed.log()))
    }

    fn try_run(home: TempDir, mut command: Command, words: &[&str]) -> Result<Self, NotStarted> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(home.path().join("log"))
            .expect("a log");
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(home.path().join("data"))
            .arg("--config")
            .arg(home.path().join("keyhaven.toml"))
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok());
        match address {
            Some(address) => Ok(Self {
                child,
                address,
                home,
                travelled: OnceLock::new(),
            }),
            None => {
                let status = child.wait().expect("a status");
                Err(NotStarted { status, home })
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// The folder with everything it keeps.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The folder around it, for whatever a test needs.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Everything it logged.
    ///
    /// # Panics
    /// If there is no log.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).expect("a log")
    }

    /// Whether a sign-up must be confirmed by mail.
    ///
    /// # Panics
    /// If its configuration is gone.
    #[must_use]
    pub fn asks_for_confirmation(&self) -> bool {
        let config = std::fs::read_to_string(self.home.path().join("keyhaven.toml"));
        !config.expect("a configuration").contains(UNCONFIRMED_IS_FINE)
    }

    /// Its outgoing mail.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.data().join("outbox"))
    }

    /// Moves its clock.
    ///
    /// # Panics
    /// If it cannot.
    pub fn let_time_pass(&self, time: Duration) {
        std::fs::write(self.home.path().join("clock"), time.as_secs().to_string()).expect("a clock");
    }

    /// A request to it.
    #[must_use]
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).noted_by(self.travelled.get())
    }

    /// Notes every secret that travels from now on, with requests that are made by [`Self::request`] and their answers.
    pub fn note_secrets(&self) -> &Travelled {
        self.travelled.get_or_init(Travelled::default)
    }

    /// Asks it to stop as a service manager does.
    ///
    /// # Panics
    /// If it cannot be asked.
    pub fn ask_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Has it read again what it reads while it runs, and waits until it has.
    ///
    /// # Panics
    /// If it does not say that it has.
    pub fn reload(&self) {
        let reloads = || self.log().matches(LAST_WORDS_OF_A_RELOAD).count();
        let before = reloads();
        self.signal("-HUP");
        let until = Instant::now() + PATIENCE;
        while reloads() == before {
            assert!(Instant::now() < until, "nothing was read again: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().expect("kill");
        assert!(sent.success());
    }

    /// Memory that it has now, in KiB.
    ///
    /// # Panics
    /// Where there is no `/proc`.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// The most memory that it had at any moment since it was started, in KiB.
    ///
    /// # Panics
    /// Where there is no `/proc`.
    #[must_use]
    pub fn peak_memory_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    fn status_kib(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kib.expect("a size")
    }

    /// One number of its metrics, for a server whose configuration names a listener for them on port 0.
    ///
    /// # Panics
    /// If there is no such number.
    #[must_use]
    pub fn metric(&self, name: &str) -> f64 {
        self.figures().value(name)
    }

    /// Where its figures are: found in its log once, which grows.
    ///
    /// # Panics
    /// If it has no listener for them.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let log = self.log();
        let (_, address) = log.split_once("metrics are served address=").expect("a listener");
        let address = address
            .split_whitespace()
            .next()
            .and_then(|text| text.parse().ok());
        Figures(address.expect("an address"))
    }

    /// Asks it to stop as a service manager does, and waits.
    ///
    /// # Panics
    /// If it does not stop with success.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        let status = self.wait_for_end();
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// The same server again, on another port, after it has ended.
    #[must_use]
    pub fn restart(mut self) -> Self {
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().expect("a folder"));
        Self::run(home, command(), &[])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The figures of a server.
#[derive(Debug, Clone, Copy)]
pub struct Figures(SocketAddr);

impl Figures {
    /// One of them.
    ///
    /// # Panics
    /// If there is none of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> f64 {
        let page = Request::new(self.0, "GET", "/metrics").send();
        let page = String::from_utf8(page.body).expect("text");
        let value = page
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.and_then(|value| value.parse().ok()).expect("a number")
    }
}
