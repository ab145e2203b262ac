//! What the connections ask: writes and reads of 10 KiB, on the original wire and on ours.

use std::{io::Write as _, net::SocketAddr};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use keyhaven_protocol::{parts::parts, persona::ObjectId};

use crate::load::{Answer, Script};

/// The length of what is written and read: a persona of some contacts.
pub(crate) const CONTENT_LEN: usize = 10 * 1024;
/// The sealed inventory of an account with some personas.
const INVENTORY_LEN: usize = 1024;
/// How many objects an account writes in turn.
pub(crate) const OBJECTS: usize = 4;

/// An account of the original wire.
#[derive(Debug, Clone)]
pub(crate) struct Basic(pub(crate) String);

impl Basic {
    pub(crate) fn new(address: &str, password: &str) -> Self {
        Self(base64::engine::general_purpose::STANDARD.encode(format!("{address}:{password}")))
    }

    /// The value of the header that it travels in.
    pub(crate) fn header(&self) -> String {
        let Self(credential) = self;
        format!("Basic {credential}")
    }
}

/// `POST /personas/{id}` with address and password, for one account after the other.
#[derive(Debug)]
pub(crate) struct WriteOriginal {
    pub(crate) host: SocketAddr,
    pub(crate) accounts: Vec<Basic>,
    pub(crate) content: Vec<u8>,
    pub(crate) turn: usize,
}

impl Script for WriteOriginal {
    fn next(&mut self, request: &mut Vec<u8>) {
        let Some((Basic(credential), object)) = take_turn(&self.accounts, &mut self.turn) else {
            return;
        };
        let head = format!(
            "POST /personas/persona-{object} HTTP/1.1\r\nhost: {}\r\nauthorization: Basic {credential}\r\n\
             content-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
            self.host,
            self.content.len()
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(&self.content);
    }

    fn take(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        answer.expect_success()
    }
}

/// `GET /personas/{id}` with address and password.
#[derive(Debug)]
pub(crate) struct ReadOriginal {
    pub(crate) host: SocketAddr,
    pub(crate) accounts: Vec<Basic>,
    pub(crate) turn: usize,
}

impl Script for ReadOriginal {
    fn next(&mut self, request: &mut Vec<u8>) {
        let Some((Basic(credential), object)) = take_turn(&self.accounts, &mut self.turn) else {
            return;
        };
        // Writing to a vector does not fail.
        let _ = write!(
            request,
            "GET /personas/persona-{object} HTTP/1.1\r\nhost: {}\r\nauthorization: Basic {credential}\r\n\r\n",
            self.host
        );
    }

    fn take(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        expect_content(answer)
    }
}

/// A signed-in account of our own wire, and the version of its inventory.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) inventory: Option<u64>,
}

/// `PUT /persona/v1/objects/{id}`: the object and, in the same transaction, the inventory that names it.
#[derive(Debug)]
pub(crate) struct WriteOurs {
    pub(crate) host: SocketAddr,
    pub(crate) sessions: Vec<Session>,
    pub(crate) body: Vec<u8>,
    pub(crate) turn: usize,
}

impl WriteOurs {
    /// Inventory and object.
    pub(crate) fn body() -> Vec<u8> {
        parts(&[&[3; INVENTORY_LEN], &[5; CONTENT_LEN]])
    }

    fn present(&mut self) -> Option<&mut Session> {
        let index = self.turn % self.sessions.len().max(1);
        self.sessions.get_mut(index)
    }
}

impl Script for WriteOurs {
    fn next(&mut self, request: &mut Vec<u8>) {
        let object = object_id(self.turn / self.sessions.len().max(1));
        let (host, len) = (self.host, self.body.len());
        let Some(session) = self.present() else { return };
        let condition = match session.inventory {
            Some(version) => format!("if-match: \"{version}\""),
            None => "if-none-match: *".to_owned(),
        };
        let head = format!(
            "PUT /persona/v1/objects/{object} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
             {condition}\r\ncontent-type: application/octet-stream\r\ncontent-length: {len}\r\n\r\n",
            session.token,
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(&self.body);
    }

    fn take(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        answer.expect_success()?;
        let tag = answer.header("etag").context("no ETag")?;
        let version = tag
            .trim_matches('"')
            .parse()
            .context("an ETag that is no number")?;
        self.present().context("no session")?.inventory = Some(version);
        self.turn += 1;
        Ok(())
    }
}

/// `GET /persona/v1/objects/{id}`.
#[derive(Debug)]
pub(crate) struct ReadOurs {
    pub(crate) host: SocketAddr,
    pub(crate) sessions: Vec<Session>,
    pub(crate) turn: usize,
}

impl Script for ReadOurs {
    fn next(&mut self, request: &mut Vec<u8>) {
        let Some((session, object)) = take_turn(&self.sessions, &mut self.turn) else {
            return;
        };
        let object = object_id(object);
        // Writing to a vector does not fail.
        let _ = write!(
            request,
            "GET /persona/v1/objects/{object} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\r\n",
            self.host, session.token
        );
    }

    fn take(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        expect_content(answer)
    }
}

/// One account after the other, and when all had their turn, the next object of each.
fn take_turn<'a, T>(accounts: &'a [T], turn: &mut usize) -> Option<(&'a T, usize)> {
    let count = accounts.len().max(1);
    let account = accounts.get(*turn % count)?;
    let object = *turn / count % OBJECTS;
    *turn += 1;
    Some((account, object))
}

/// The id of an account's object on our wire.
fn object_id(number: usize) -> ObjectId {
    let number = u8::try_from(number % OBJECTS).unwrap_or_default();
    ObjectId::from_bytes([number; ObjectId::LEN])
}

fn expect_content(answer: &Answer<'_>) -> anyhow::Result<()> {
    answer.expect_success()?;
    ensure!(
        answer.body_len == CONTENT_LEN,
        "the server answered with {} bytes",
        answer.body_len
    );
    Ok(())
}
