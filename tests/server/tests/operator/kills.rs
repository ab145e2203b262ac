//! Acknowledged means durable: the server is killed at random while people write, and everything it acknowledged stands
//! there afterwards; what was deleted stays deleted. A hundred kills; a full campaign has a thousand.

use std::{sync::mpsc, time::Duration};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    campaign::{self, Numbers},
    person::{Person, create_account, random},
    server::Server,
};

use super::ledger::{Ledger, Operation, PASSWORD, content};

const KILLS: usize = 1_000;
/// Writers of the original wire, on one account, so that a restart costs one password.
const WRITERS: u64 = 5;
const EMAIL: &str = "carol@example.org";
/// A server that acknowledged this many operations has lived long enough.
const MOST_BEFORE_KILL: usize = 40;
const CONFIG: &str = "[accounts]\nquota_bytes = 1000000000000\n";

/// A writer of our own wire: object and inventory go together, over the version before.
#[derive(Debug)]
struct Pair {
    person: Person,
    id: String,
    /// Version of the inventory that was acknowledged; the seed of both contents.
    acknowledged: u64,
    in_flight: bool,
}

impl Pair {
    fn write_next(&mut self, server: &Server) -> bool {
        let next = self.acknowledged + 1;
        let request = self
            .person
            .request(server, "PUT", &format!("/persona/v1/objects/{}", self.id));
        let request = match self.acknowledged {
            0 => request.header("if-none-match", "*"),
            version => request.header("if-match", format!("\"{version}\"")),
        };
        let body = parts(&[next.to_string().as_bytes(), &content(next)]);
        self.in_flight = true;
        let Some(answer) = request.body("application/vnd.keyhaven.parts", body).try_send() else {
            return false;
        };
        if answer.status != 200 {
            // While it ends, a server may still refuse; it may not do anything else.
            assert_eq!(answer.status, 503, "{answer}");
            return false;
        }
        self.acknowledged = next;
        self.in_flight = false;
        true
    }

    fn settle(&mut self, server: &Server) {
        let inventory = self.person.request(server, "GET", "/persona/v1/inventory").send();
        let found = match inventory.status {
            404 => 0,
            200 => String::from_utf8(inventory.body).unwrap().parse().unwrap(),
            _ => panic!("{inventory}"),
        };
        let most = self.acknowledged + u64::from(self.in_flight);
        assert!(
            (self.acknowledged..=most).contains(&found),
            "inventory {found} stands there, {} was acknowledged",
            self.acknowledged
        );
        let object = self
            .person
            .request(server, "GET", &format!("/persona/v1/objects/{}", self.id))
            .send();
        assert!(
            if found == 0 {
                object.status == 404
            } else {
                object.body == content(found)
            },
            "the object is not the one of inventory {found}: {}",
            object.status
        );
        self.acknowledged = found;
        self.in_flight = false;
    }
}

#[test]
fn a_server_that_is_killed_at_random_loses_nothing_that_it_acknowledged_and_brings_nothing_back() {
    let mut server = Server::start_with(CONFIG);
    create_account(&server, EMAIL, PASSWORD).expect_done();
    let mut ledgers = vec![Ledger::default(); usize::try_from(WRITERS).unwrap()];
    let mut pair = Pair {
        person: Person::with_backup(&server, "dave@example.org"),
        id: random::<16>(),
        acknowledged: 0,
        in_flight: false,
    };
    let mut numbers = Numbers::new(0x6b69_6c6c);
    let kills = campaign::rounds(KILLS);
    for round in 0..kills {
        let enough = numbers.below(MOST_BEFORE_KILL) + 1;
        let moment = Duration::from_micros(u64::try_from(numbers.below(5_000)).unwrap());
        write_until_killed(
            &mut server,
            &mut ledgers,
            &mut pair,
            u64::try_from(round).unwrap(),
            enough,
            moment,
        );
        server = server.restart();
        for (writer, ledger) in (0..).zip(&mut ledgers) {
            ledger.settle(&server, EMAIL, writer);
        }
        pair.settle(&server);
    }
    let acknowledged: u64 = ledgers.iter().map(|ledger| ledger.acknowledged).sum();
    let acknowledged = acknowledged + pair.acknowledged;
    assert!(
        acknowledged >= u64::try_from(kills * 10).unwrap(),
        "{acknowledged} operations in {kills} rounds prove little"
    );
    println!("{kills} kills, {acknowledged} acknowledged operations, none lost");
}

fn write_until_killed(
    server: &mut Server,
    ledgers: &mut [Ledger],
    pair: &mut Pair,
    round: u64,
    enough: usize,
    moment: Duration,
) {
    let (told, acknowledgements) = mpsc::channel();
    let shared = &*server;
    let killer = Killer::of(shared);
    std::thread::scope(|scope| {
        for (writer, ledger) in (0_u64..).zip(ledgers) {
            let told = told.clone();
            scope.spawn(move || {
                for step in 0.. {
                    let operation = Operation::nth(step, round * WRITERS + writer);
                    ledger.in_flight = Some(operation);
                    let Some(answer) = operation.send(shared, EMAIL, writer) else {
                        return;
                    };
                    if answer.status != 200 {
                        assert_eq!(answer.status, 503, "{answer}");
                        return;
                    }
                    ledger.shown.apply(operation);
                    ledger.in_flight = None;
                    ledger.acknowledged += 1;
                    let _heard = told.send(());
                }
            });
        }
        scope.spawn(move || {
            while pair.write_next(shared) {
                let _heard = told.send(());
            }
        });
        for _ in 0..enough {
            acknowledgements.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        std::thread::sleep(moment);
        killer.kill();
    });
    server.kill();
}

/// Ends a process while others hold its server.
struct Killer(u32);

impl Killer {
    fn of(server: &Server) -> Self {
        Self(server.process_id())
    }

    fn kill(&self) {
        let killed = std::process::Command::new("kill")
            .args(["-KILL", &self.0.to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }
}
