//! One client of the mail server, from its first byte to its last.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::TcpStream,
    sync::Mutex,
};

use rustls::{ServerConnection, StreamOwned};

use super::{Heard, Protection, State, lock};
use crate::authority::Identity;

/// How a conversation goes on.
enum Ended {
    /// It does not.
    Over,
    /// Over TLS.
    Starttls,
}

/// Talks until the client goes away.
pub(super) fn converse(mut stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let protection = {
        let mut state = lock(state);
        state.connections += 1;
        if state.silences > 0 {
            state.silences -= 1;
            drop(state);
            let mut unread = Vec::new();
            let _gone = stream.read_to_end(&mut unread);
            return None;
        }
        state.protection.clone()
    };
    match protection {
        Protection::Clear => {
            Talk::new(stream, state, Channel::Clear).greet_and_serve()?;
        }
        Protection::Tls(identity) => {
            Talk::new(secured(stream, identity)?, state, Channel::Tls).greet_and_serve()?;
        }
        Protection::Starttls(identity) => {
            let again = stream.try_clone().ok()?;
            if let Ended::Starttls = Talk::new(stream, state, Channel::OffersTls).greet_and_serve()? {
                Talk::new(secured(again, identity)?, state, Channel::Tls).serve()?;
            }
        }
    }
    Some(())
}

fn secured(stream: TcpStream, identity: Identity) -> Option<StreamOwned<ServerConnection, TcpStream>> {
    let connection = ServerConnection::new(identity).ok()?;
    Some(StreamOwned::new(connection, stream))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Clear,
    OffersTls,
    Tls,
}

struct Talk<'a, S: Read + Write> {
    stream: BufReader<S>,
    state: &'a Mutex<State>,
    channel: Channel,
}

impl<'a, S: Read + Write> Talk<'a, S> {
    fn new(stream: S, state: &'a Mutex<State>, channel: Channel) -> Self {
        let stream = BufReader::new(stream);
        Self {
            stream,
            state,
            channel,
        }
    }

    fn greet_and_serve(mut self) -> Option<Ended> {
        self.say("220 test")?;
        self.serve()
    }

    fn serve(mut self) -> Option<Ended> {
        while let Some(line) = self.line() {
            lock(self.state).heard.push(Heard {
                line: line.clone(),
                over_tls: self.channel == Channel::Tls,
            });
            match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => {
                    self.say("250-test")?;
                    if self.channel == Channel::OffersTls {
                        self.say("250-STARTTLS")?;
                    }
                    // Offered in clear too: a client that would take it must be seen to.
                    self.say("250 AUTH PLAIN")?;
                }
                "STAR" if self.channel == Channel::OffersTls => {
                    self.say("220 go on")?;
                    return Some(Ended::Starttls);
                }
                "STAR" => self.say("502 not here")?,
                "AUTH" => self.say("235 welcome")?,
                "DATA" => self.take_mail()?,
                "RCPT" if lock(self.state).knows_nobody => {
                    let (_, recipient) = line.split_once(':').unwrap_or_default();
                    self.say(&format!(
                        "550 {recipient} is nobody, see https://mail.example.net/why"
                    ))?;
                }
                "QUIT" => {
                    self.say("221 bye")?;
                    return Some(Ended::Over);
                }
                _ => self.say("250 ok")?,
            }
        }
        Some(Ended::Over)
    }

    fn take_mail(&mut self) -> Option<()> {
        self.say("354 go on")?;
        let mut mail = Vec::new();
        loop {
            let line = self.line()?;
            if line == "." {
                break;
            }
            mail.push(line);
        }
        let mail = mail.join("\n");
        let answer = {
            let mut state = lock(self.state);
            if state.refusals > 0 {
                state.refusals -= 1;
                state.refused.push(mail);
                "451 come back later"
            } else {
                state.mails.push(mail);
                "250 taken"
            }
        };
        self.say(answer)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(1..) => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
            _ => None,
        }
    }

    fn say(&mut self, text: &str) -> Option<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{text}\r\n").as_bytes()).ok()?;
        stream.flush().ok()
    }
}
