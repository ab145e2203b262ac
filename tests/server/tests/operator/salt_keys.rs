//! A salt key is replaced while people use the server: nobody is locked out, nobody is told apart, nothing fails.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::Output,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use keyhaven_server_tests::{
    device::{Device, QUICK_DERIVATION},
    http::Request,
    keep_alive::KeepAlive,
    mailbox,
    person::{Person, ask_for_account, ask_for_reset},
    server::{Server, UNCONFIRMED_IS_FINE, command},
};

const DAY_SECONDS: u64 = 24 * 60 * 60;
/// Addresses that are looked at together.
const PEOPLE: usize = 200;
/// The day that keys are added on, counted from today; they are offered from the next one on.
const ADDED: u64 = 1;
/// By this day every address has got to a key that was added then: 30 days are 29 steps.
const ALL: u64 = ADDED + 1 + 29;
const CHANGES: &str = "POST /persona/v1/password";
const SIGN_INS: &str = "POST /persona/v1/sessions";
const PASSWORD: &str = "correct horse";
const CHANGED: &str = "The password of your Keyhaven account was changed";

/// At noon of a day counted from today, so that no day ends while a test looks.
fn let_it_be_noon_of(server: &Server, day: u64) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the server's clock starts from the machine's"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let noon = now - now % DAY_SECONDS + day * DAY_SECONDS + DAY_SECONDS / 2;
    server.let_time_pass(Duration::from_secs(noon - now));
}

fn server(accounts: &str) -> Server {
    let server = Server::start_with(&format!(
        "[accounts]\n{UNCONFIRMED_IS_FINE}\nsign_ups = 1000000\n{accounts}\n"
    ));
    let_it_be_noon_of(&server, ADDED);
    server
}

fn rotate(server: &Server, words: &[&str]) -> Output {
    command()
        .args(["secrets", "rotate-salt-key"])
        .args(words)
        .arg("--data")
        .arg(server.data())
        .arg("--config")
        .arg(server.home().join("keyhaven.toml"))
        .output()
        .unwrap()
}

fn add_salt_key(server: &Server) {
    let output = rotate(server, &[]);
    assert!(output.status.success(), "{output:?}");
}

fn person(number: usize) -> String {
    format!("person{number}@example.org")
}

fn asking(server: &Server, email: &str) -> Request {
    server.request("GET", &format!("/persona/v1/kdf?email={email}"))
}

/// What one address is offered, newest first.
fn offered(server: &Server, email: &str) -> Vec<String> {
    derivations(&asking(server, email).send().body)
}

fn derivations(body: &[u8]) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap();
    let list = body["derivations"].as_array().unwrap();
    list.iter().map(ToString::to_string).collect()
}

fn offered_to_all(server: &Server) -> Vec<Vec<String>> {
    let mut connection = KeepAlive::connect(server.address());
    let mut ask = |number| connection.send(&asking(server, &person(number))).0;
    (0..PEOPLE).map(|number| derivations(&ask(number).body)).collect()
}

/// Every second one by the original wire.
fn sign_everybody_up(server: &Server) {
    let sign_up = |number: usize| {
        let email = person(number);
        let answer = if number.is_multiple_of(2) {
            ask_for_account(server, &email, "x")
        } else {
            Person::new(&email).ask_for_account(server)
        };
        answer.expect_done();
    };
    thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (0..PEOPLE).filter(|number| number % 2 == half).for_each(sign_up));
        }
    });
}

#[test]
fn a_new_key_reaches_addresses_one_by_one_and_tells_nobody_who_has_an_account() {
    let server = server("");
    let before = offered_to_all(&server);
    assert!(before.iter().all(|offered| offered.len() == 1));
    add_salt_key(&server);
    assert_eq!(offered_to_all(&server), before, "nobody has told the server");
    server.reload();
    assert_eq!(offered_to_all(&server), before, "its day has not come");
    let mut last = before.clone();
    let mut reached = Vec::new();
    for day in ADDED + 1..=ALL {
        let_it_be_noon_of(&server, day);
        let now = offered_to_all(&server);
        for (earlier, now) in last.iter().zip(&now) {
            assert!(
                now.ends_with(earlier),
                "an older derivation is lost: {earlier:?} {now:?}"
            );
        }
        if day == ALL / 2 {
            sign_everybody_up(&server);
            assert_eq!(offered_to_all(&server), now, "an account changes the answer");
        }
        reached.push(now.iter().filter(|offered| offered.len() == 2).count());
        last = now;
    }
    let steps = reached.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(reached[0] < 30 && steps.max() < Some(30), "{reached:?}");
    assert!((50..150).contains(&reached[14]), "{reached:?}");
    assert_eq!(reached.last(), Some(&PEOPLE));
    let_it_be_noon_of(&server, 10 * ALL);
    assert_eq!(offered_to_all(&server), last);
}

#[test]
fn whoever_signed_up_before_gets_in_before_during_and_after_and_is_moved() {
    const CAROL: &str = "carol@example.org";
    const DAVE: &str = "dave@example.org";
    const ERIN: &str = "erin@example.org";
    let mut server = server(QUICK_DERIVATION);
    let device = Device::new(&server);
    for email in [CAROL, DAVE, ERIN] {
        device.sign_up(email, PASSWORD);
    }
    add_salt_key(&server);
    server.reload();
    let get_in = |device: &Device, email: &str, password: &str| {
        device.take_asked("");
        assert!(device.sign_in(email, password).is_some(), "{email} is locked out");
    };
    get_in(&device, CAROL, PASSWORD);
    assert_eq!(device.take_asked(CHANGES), 0, "there is nothing to move to yet");
    let (mut carol_waits, mut dave_waits) = (true, true);
    for day in ADDED + 1..=ALL {
        let_it_be_noon_of(&server, day);
        if carol_waits && offered(&server, CAROL).len() == 2 {
            carol_waits = false;
            get_in(&device, CAROL, PASSWORD);
            assert_eq!(device.take_asked(CHANGES), 1, "moved by the first sign-in");
            let letter = server.mailbox().letter(CAROL, CHANGED, 1);
            assert!(
                letter.words().contains("your password still works"),
                "{}",
                letter.text
            );
            get_in(&device, CAROL, PASSWORD);
            assert_eq!(device.take_asked(SIGN_INS), 1, "found at once by the next one");
        }
        if dave_waits && offered(&server, DAVE).len() == 2 {
            dave_waits = false;
            let mails = server.mailbox().mails().len();
            ask_for_reset(&server, DAVE).expect_done();
            let code = mailbox::code(&server.mailbox().wait_for(mails + 1));
            device.reset(DAVE, &code, "battery staple");
            let opened = device.sign_in_with_old(DAVE, "battery staple", PASSWORD);
            assert!(
                opened.is_some(),
                "the old password was derived under the older key"
            );
            get_in(&device, DAVE, "battery staple");
            assert_eq!(
                device.take_asked(SIGN_INS),
                1,
                "a reset derives under the newest key"
            );
        }
    }
    assert!(!carol_waits && !dave_waits);
    let_it_be_noon_of(&server, 10 * ALL);
    get_in(&device, ERIN, PASSWORD);
    assert_eq!(device.take_asked(CHANGES), 1, "it is never too late to be moved");
    for (email, password) in [(CAROL, PASSWORD), (DAVE, "battery staple"), (ERIN, PASSWORD)] {
        get_in(&device, email, password);
        assert_eq!(
            device.take_asked(SIGN_INS),
            1,
            "{email} is not where it was moved to"
        );
    }
    let last = offered(&server, CAROL);
    server.stop();
    assert_eq!(offered(&server.restart(), CAROL), last);
}

#[test]
fn no_request_fails_and_none_sees_half_a_list_while_it_is_read_again_under_load() {
    let server = server("");
    let (known, unknown) = (person(0), person(1));
    ask_for_account(&server, &known, "x").expect_done();
    add_salt_key(&server);
    let_it_be_noon_of(&server, 10 * ALL);
    let over = AtomicBool::new(false);
    let sizes = |email: &str| {
        let mut connection = KeepAlive::connect(server.address());
        let mut sizes = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let (answer, _) = connection.send(&asking(&server, email));
            assert_eq!(answer.status, 200, "{answer}");
            sizes.push(derivations(&answer.body).len());
        }
        sizes
    };
    let signing_in = || {
        let mut connection = KeepAlive::connect(server.address());
        while !over.load(Ordering::Relaxed) {
            let request = server.request("GET", "/personas").basic(&known, "x");
            let (answer, _) = connection.send(&request);
            assert_eq!(answer.status, 200, "{answer}");
        }
    };
    thread::scope(|scope| {
        let of_known = scope.spawn(|| sizes(&known));
        let of_unknown = scope.spawn(|| sizes(&unknown));
        scope.spawn(signing_in);
        for round in 0..20 {
            thread::sleep(Duration::from_millis(20));
            if round == 10 {
                add_salt_key(&server);
            }
            server.reload();
        }
        over.store(true, Ordering::Relaxed);
        for sizes in [of_known.join().unwrap(), of_unknown.join().unwrap()] {
            assert!(sizes.len() > 100 && sizes.is_sorted(), "{sizes:?}");
            assert_eq!((sizes.first(), sizes.last()), (Some(&1), Some(&2)));
        }
    });
}

#[test]
fn a_list_that_lost_a_key_is_not_taken_over_and_the_log_says_so() {
    let server = server("");
    let file = server.data().join("secrets.toml");
    let first = fs::read_to_string(&file).unwrap();
    add_salt_key(&server);
    server.reload();
    let_it_be_noon_of(&server, 10 * ALL);
    let offered_now = || offered(&server, "carol@example.org");
    let (whole, both) = (fs::read_to_string(&file).unwrap(), offered_now());
    assert_eq!(both.len(), 2);
    let (_, second) = whole.rsplit_once("[[salt_keys]]").unwrap();
    let only_second = format!("[[salt_keys]]{second}");
    let reasons = [
        (first.as_str(), "is missing from the list"),
        (only_second.as_str(), "is missing from the list"),
        ("salt_keys = []\n", "there is no salt key"),
        ("salt_keys", "is damaged"),
    ];
    for (number, (text, reason)) in reasons.into_iter().enumerate() {
        fs::write(&file, text).unwrap();
        server.reload();
        assert_eq!(offered_now(), both, "{reason}");
        let log = server.log();
        assert_eq!(log.matches("the salt keys stay as they are").count(), number + 1);
        assert!(log.contains(reason), "{log}");
    }
    fs::write(&file, &whole).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    server.reload();
    assert!(server.log().contains("can be read by others"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    add_salt_key(&server);
    server.reload();
    let_it_be_noon_of(&server, 20 * ALL);
    assert_eq!(offered_now().len(), 3, "what is whole again is taken over");
    assert_eq!(offered_now()[1..], both);
    for key in whole.split('"').filter(|word| word.len() == 43) {
        assert!(!server.log().contains(key), "a key in the log");
    }
}

#[test]
fn the_command_says_what_it_did_and_refuses_what_nobody_could_use() {
    let server = server("");
    let said = |output: &Output| String::from_utf8([&*output.stdout, &*output.stderr].concat()).unwrap();
    for (number, words) in [(2, &[][..]), (3, &["--again"]), (4, &["--again"])] {
        let output = rotate(&server, words);
        assert!(output.status.success(), "{output:?}");
        assert!(
            said(&output).contains(&format!("added salt key {number}")),
            "{output:?}"
        );
        assert!(said(&output).contains("SIGHUP"), "{output:?}");
    }
    let file = server.data().join("secrets.toml");
    let before = fs::read_to_string(&file).unwrap();
    let by_mistake = rotate(&server, &[]);
    assert_eq!(by_mistake.status.code(), Some(1));
    assert!(said(&by_mistake).contains("--again"), "{by_mistake:?}");
    let refused = rotate(&server, &["--again"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("clients try 4 at most"), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    for key in before.split('"').filter(|word| word.len() == 43) {
        assert!(!said(&refused).contains(key), "a key is shown");
    }
}
