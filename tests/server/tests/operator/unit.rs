//! The systemd unit of the operator's guide.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    person::{Person, ask_for_reset, create_account, random},
    server::{Server, binary},
    smtp::SmtpServer,
};

use super::faults::STRACE;

const UNIT: &str = include_str!("../../../../docs/deploy/keyhaven.service");
const PROGRAM: &str = "/usr/local/bin/keyhaven";
/// Out of 10 and in tenths: what systemd calls OK is below 5.
const EXPOSURE_MAX: &str = "20";
/// What the tracer counted, in a server's home.
const COUNTS: &str = "calls";
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn systemd_takes_the_unit_and_finds_little_exposed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keyhaven.service");
    assert!(UNIT.contains(PROGRAM));
    // systemd looks whether the program is there.
    let unit = UNIT.replace(PROGRAM, &binary().canonicalize().unwrap().to_string_lossy());
    fs::write(&file, unit).unwrap();
    let analyze = |words: &[&str]| {
        let output = Command::new("systemd-analyze")
            .args(words)
            .arg(&file)
            .output()
            .expect("systemd-analyze, which `cargo xtask test` installs");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    };
    let (verified, said) = analyze(&["verify", "--man=no"]);
    // It speaks of other units of the machine, too.
    let about_ours: Vec<_> = said
        .lines()
        .filter(|line| line.contains("keyhaven.service"))
        .collect();
    assert!(verified && about_ours.is_empty(), "{said}");
    let (passed, said) = analyze(&[
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold",
        EXPOSURE_MAX,
    ]);
    assert!(passed, "{said}");
}

/// What a set of systemd's stands for, sets in it too; a call stands for itself.
fn calls_of(name: &str) -> BTreeSet<String> {
    if !name.starts_with('@') {
        return BTreeSet::from([name.to_owned()]);
    }
    let output = Command::new("systemd-analyze")
        .args(["syscall-filter", "--no-pager", name])
        .output()
        .expect("systemd-analyze, which `cargo xtask test` installs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {said}");
    let members = said.lines().skip(1).map(str::trim);
    let members = members.filter(|line| !line.is_empty() && !line.starts_with('#'));
    members.flat_map(calls_of).collect()
}

/// The calls that the unit leaves to the server. Those of `@default` are always left.
fn allowed() -> BTreeSet<String> {
    let mut allowed = calls_of("@default");
    let filters = UNIT
        .lines()
        .filter_map(|line| line.strip_prefix("SystemCallFilter="));
    for filter in filters {
        let (is_taken_away, names) = match filter.strip_prefix('~') {
            Some(names) => (true, names),
            None => (false, filter),
        };
        for call in names.split_whitespace().flat_map(calls_of) {
            if is_taken_away {
                allowed.remove(&call);
            } else {
                allowed.insert(call);
            }
        }
    }
    allowed
}

/// A tracer's words that have it count calls into this file of a server's home.
fn counting(home: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = STRACE.map(OsString::from).to_vec();
    words.extend([home.join(COUNTS).into(), "-c".into()]);
    words
}

/// The names of all that was counted of a server that has ended.
fn counted(server: &Server) -> BTreeSet<String> {
    let until = Instant::now() + PATIENCE;
    loop {
        let table = fs::read_to_string(server.home().join(COUNTS)).unwrap_or_default();
        // Below a head and a rule a row for each call, that of all of them last.
        let rows = table.lines().filter(|line| {
            line.trim_start()
                .starts_with(|first: char| first.is_ascii_digit())
        });
        let mut names: Vec<_> = rows.filter_map(|row| row.split_whitespace().last()).collect();
        if names.pop() == Some("total") {
            return names.into_iter().map(str::to_owned).collect();
        }
        assert!(Instant::now() < until, "the tracer says nothing: {table}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_server_asks_the_kernel_for_nothing_that_the_unit_forbids() {
    // A first start, in an empty folder, with letters in files.
    let mut first = Server::start_under(counting).unwrap();
    let person = Person::with_backup(&first, "carol@example.org");
    let object = format!("/persona/v1/objects/{}", random::<16>());
    let stored = person
        .request(&first, "PUT", &object)
        .header("if-none-match", "*")
        .body(
            "application/vnd.keyhaven.parts",
            parts(&[b"inventory", &[7; 4 * 1024 * 1024]]),
        )
        .send();
    assert_eq!(stored.status, 200, "{stored}");
    assert_eq!(person.request(&first, "GET", &object).send().status, 200);
    let _page = first.request("GET", "/").send();
    first.reload();
    first.stop();
    let mut asked = counted(&first);

    // Another one, with a mail server and a listener for metrics.
    let smtp = SmtpServer::start(0);
    let config = format!("metrics = \"127.0.0.1:0\"\n{}", smtp.config());
    let mut server = Server::start_with(&config);
    create_account(&server, "dave@example.org", "typed").expect_done();
    server.stop();
    fs::write(server.home().join("log"), "").unwrap();
    let words = counting(server.home());
    let words: Vec<_> = words.iter().map(OsString::as_os_str).collect();
    let mut server = server.restart_under(&words).unwrap();
    ask_for_reset(&server, "dave@example.org").expect_done();
    let _mail = smtp.wait_for_mail();
    assert!(server.metric("keyhaven_connections_total") > 0.0);
    server.stop();
    asked.extend(counted(&server));

    assert!(asked.len() > 30, "{asked:?}");
    let allowed = allowed();
    let mut forbidden: Vec<_> = asked.difference(&allowed).map(String::as_str).collect();
    // As root, which the unit's user is not, SQLite gives a new file the owner of the one beside it.
    forbidden.retain(|call| *call != "fchown");
    assert!(forbidden.is_empty(), "{forbidden:?}");
}
