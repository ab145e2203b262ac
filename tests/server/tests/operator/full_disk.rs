//! People restore from a full server, too: whoever is signed in reads on while nothing can be written.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    person::{Person, random},
    server::Server,
};

/// Every write of a running server fails for want of room until this is dropped.
struct FullDisk(Child);

impl FullDisk {
    fn under(server: &Server) -> Self {
        let words = ["-f", "-q", "-e", "trace=pwrite64", "-e"];
        let tracer = Command::new("strace")
            .args(words)
            .args(["inject=pwrite64:error=ENOSPC", "-p"])
            .arg(server.process_id().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("strace");
        Self(tracer)
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        // By a signal that it can answer: it lets go of the server then.
        let pid = self.0.id().to_string();
        let _asked = Command::new("kill").args(["-INT", &pid]).status();
        let _ended = self.0.wait();
    }
}

#[test]
fn who_is_signed_in_restores_while_the_disk_is_full() {
    let server = Server::start();
    let person = Person::with_backup(&server, "carol@example.org");
    let object = format!("/persona/v1/objects/{}", random::<16>());
    let write = |condition: (&str, &str), bytes: &[u8]| {
        person
            .request(&server, "PUT", &object)
            .header(condition.0, condition.1)
            .body("application/vnd.keyhaven.parts", parts(&[b"inventory", bytes]))
            .send()
    };
    assert_eq!(write(("if-none-match", "*"), b"of before").status, 200);

    let full = FullDisk::under(&server);
    let until = Instant::now() + Duration::from_secs(20);
    let mut version = 1;
    let refused = loop {
        let answer = write(("if-match", &format!("\"{version}\"")), b"of now");
        if answer.status != 200 {
            break answer;
        }
        version += 1;
        assert!(Instant::now() < until, "the disk does not become full");
        std::thread::sleep(Duration::from_millis(50));
    };
    refused.expect_failure(503, "busy");
    assert_eq!(refused.header("retry-after"), "30");
    // Longer than a session goes without a note that it is used.
    for minutes in [2, 5, 9] {
        server.let_time_pass(Duration::from_secs(60 * minutes));
        for target in [
            "/persona/v1/account",
            "/persona/v1/keys",
            "/persona/v1/objects",
            "/persona/v1/inventory",
            &object,
        ] {
            let read = person.request(&server, "GET", target).send();
            assert_eq!(read.status, 200, "{target}: {read}");
        }
        let released = person.release(&server, "password", &person.auth_key);
        assert_eq!(released.status, 200, "{released}");
    }
    // What is not so: a session is a write.
    person.try_sign_in(&server).expect_failure(503, "busy");

    drop(full);
    let stored = write(("if-match", &format!("\"{version}\"")), b"of after");
    assert_eq!(stored.status, 200, "{stored}");
    let read = person.request(&server, "GET", &object).send();
    assert_eq!(read.body, b"of after");
}
