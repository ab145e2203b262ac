//! What a writer was told, kept outside the server.

use std::collections::BTreeMap;

use keyhaven_server_tests::{http::Answer, server::Server};

/// The password of every writer of the original wire.
pub(super) const PASSWORD: &str = "a password as it is typed";

/// What an operation does to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Write { id: u64, seed: u64 },
    Delete { id: u64 },
}

impl Operation {
    /// The `step`th operation of a writer: a deletion now and then, else content of many lengths.
    pub(super) fn nth(step: u64, seed: u64) -> Self {
        let id = step % 7;
        if step % 5 == 4 {
            Self::Delete { id }
        } else {
            Self::Write {
                id,
                seed: seed.wrapping_mul(1 << 20) + step,
            }
        }
    }

    pub(super) fn id(self) -> u64 {
        match self {
            Self::Write { id, .. } | Self::Delete { id } => id,
        }
    }

    /// Sends it as a client of the original wire, each writer under names of its own.
    pub(super) fn send(self, server: &Server, email: &str, writer: u64) -> Option<Answer> {
        let target = format!("/personas/{writer}-{}", self.id());
        let request = match self {
            Self::Write { seed, .. } => server
                .request("POST", &target)
                .body("application/zip", content(seed)),
            Self::Delete { .. } => server.request("DELETE", &target),
        };
        request.basic(email, PASSWORD).try_send()
    }
}

/// Different for each seed: some bytes, a chunk, several chunks.
pub(super) fn content(seed: u64) -> Vec<u8> {
    let len = match seed % 16 {
        0 => 600 * 1024,
        small => small * 1_237,
    };
    let text = format!("{seed}.");
    text.bytes().cycle().take(usize::try_from(len).unwrap()).collect()
}

/// What a writer's objects show: the seed of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown(BTreeMap<u64, u64>);

impl Shown {
    pub(super) fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Write { id, seed } => self.0.insert(id, seed),
            Operation::Delete { id } => self.0.remove(&id),
        };
    }

    /// Whether the server lists exactly this and gives exactly these bytes.
    pub(super) fn is_what_stands(&self, server: &Server, email: &str, writer: u64) -> bool {
        let listed = server.request("GET", "/personas").basic(email, PASSWORD).send();
        assert_eq!(listed.status, 200, "{listed}");
        let own = format!("{writer}-");
        let listed = listed.json();
        let ids = listed["personas"].as_array().unwrap().iter();
        let ids: Vec<_> = ids
            .filter_map(|id| id.as_str().unwrap().strip_prefix(&own))
            .collect();
        if ids != self.0.keys().map(u64::to_string).collect::<Vec<_>>() {
            return false;
        }
        self.0.iter().all(|(id, seed)| {
            let read = server
                .request("GET", &format!("/personas/{own}{id}"))
                .basic(email, PASSWORD)
                .send();
            read.status == 200 && read.body == content(*seed)
        })
    }
}

/// One writer's ledger: what is acknowledged, and what was sent without an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) shown: Shown,
    pub(super) in_flight: Option<Operation>,
    pub(super) acknowledged: u64,
}

impl Ledger {
    /// Compares with what stands. What was in flight may have been done; then it is settled so.
    pub(super) fn settle(&mut self, server: &Server, email: &str, writer: u64) {
        if let Some(operation) = self.in_flight.take()
            && !self.shown.is_what_stands(server, email, writer)
        {
            self.shown.apply(operation);
        }
        assert!(
            self.shown.is_what_stands(server, email, writer),
            "writer {writer}: {} operations were acknowledged, and something else stands there than {:?}",
            self.acknowledged,
            self.shown
        );
    }
}
