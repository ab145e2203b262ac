//! The server under load, and the people who load it.

use anyhow::ensure;
use keyhaven_server_tests::{
    person::{Person, create_account},
    server::Server,
};

use crate::{
    load::{CONNECTIONS, Script},
    scripts::{Basic, CONTENT_LEN, OBJECTS, ReadOriginal, ReadOurs, Session, WriteOriginal, WriteOurs},
};

/// Accounts of each connection, so that no two connections wait for the same inventory.
const ACCOUNTS_EACH: usize = 2;
/// What protects against strangers is not what is measured. Some of them say that they come from other networks.
const CONFIG: &str = "metrics = \"127.0.0.1:0\"\ntrusted_proxies = [\"127.0.0.1\"]\n[accounts]\nsign_ups = 10000\nquota_bytes = 1000000000000\n";
const PASSWORD: &str = "walrus kettle orbit plum";

/// A running server with people on it who have stored something.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) basics: Vec<Basic>,
    sessions: Vec<Session>,
}

impl World {
    /// Starts the server and signs everybody up and in, after which their passwords are remembered.
    ///
    /// # Errors
    /// When the server refuses somebody.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut world = Self {
            server: Server::start_with(CONFIG),
            basics: Vec::new(),
            sessions: Vec::new(),
        };
        for number in 0..CONNECTIONS * ACCOUNTS_EACH {
            world.add_original(number)?;
            let person = Person::with_backup(&world.server, &format!("ours-{number}@example.org"));
            world.sessions.push(Session {
                token: person.token,
                inventory: None,
            });
        }
        Ok(world)
    }

    fn add_original(&mut self, number: usize) -> anyhow::Result<()> {
        let address = format!("original-{number}@example.org");
        let created = create_account(&self.server, &address, PASSWORD);
        ensure!(created.status == 200, "{created}");
        for object in 0..OBJECTS {
            let request = self
                .server
                .request("POST", &format!("/personas/persona-{object}"));
            let stored = request
                .basic(&address, PASSWORD)
                .body("application/octet-stream", vec![5; CONTENT_LEN])
                .send();
            ensure!(stored.status == 200, "{stored}");
        }
        self.basics.push(Basic::new(&address, PASSWORD));
        Ok(())
    }

    pub(crate) fn write_original(&self) -> Vec<Box<dyn Script>> {
        self.for_each_connection(&self.basics, |accounts| {
            Box::new(WriteOriginal {
                host: self.server.address(),
                accounts,
                content: vec![5; CONTENT_LEN],
                turn: 0,
            })
        })
    }

    pub(crate) fn read_original(&self) -> Vec<Box<dyn Script>> {
        self.for_each_connection(&self.basics, |accounts| {
            Box::new(ReadOriginal {
                host: self.server.address(),
                accounts,
                turn: 0,
            })
        })
    }

    pub(crate) fn write_ours(&self) -> Vec<Box<dyn Script>> {
        self.for_each_connection(&self.present_sessions(), |sessions| {
            Box::new(WriteOurs {
                host: self.server.address(),
                sessions,
                body: WriteOurs::body(),
                turn: 0,
            })
        })
    }

    pub(crate) fn read_ours(&self) -> Vec<Box<dyn Script>> {
        self.for_each_connection(&self.sessions, |sessions| {
            Box::new(ReadOurs {
                host: self.server.address(),
                sessions,
                turn: 0,
            })
        })
    }

    /// The sessions with the versions of their inventories as they are now.
    fn present_sessions(&self) -> Vec<Session> {
        let present = |session: &Session| {
            let request = self.server.request("GET", "/persona/v1/inventory");
            let inventory = request.bearer(&session.token).send();
            Session {
                token: session.token.clone(),
                inventory: inventory.header("etag").trim_matches('"').parse().ok(),
            }
        };
        self.sessions.iter().map(present).collect()
    }

    fn for_each_connection<T: Clone>(
        &self,
        accounts: &[T],
        script: impl Fn(Vec<T>) -> Box<dyn Script>,
    ) -> Vec<Box<dyn Script>> {
        accounts
            .chunks(ACCOUNTS_EACH)
            .map(|accounts| script(accounts.to_vec()))
            .collect()
    }
}
