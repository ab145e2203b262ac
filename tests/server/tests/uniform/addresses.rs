//! Addresses that have an account, in every state that it may be in, and addresses that have none.

use keyhaven_server_tests::{
    mailbox,
    person::{Person, ask_for_account, ask_for_reset, create_account, random, spend},
    server::Server,
};

/// Addresses of each kind, in turn.
pub(super) const ADDRESSES: usize = 20;

pub(super) const LIMITS: &str = "[accounts]\nwrong_passwords = 1000000\nsign_ups = 1000000\nreset_requests = 1000000\n\
                      guesses = 1000000\n";

pub(super) fn known(number: usize) -> String {
    format!("known{:02}@example.org", number % ADDRESSES)
}

pub(super) fn unknown(number: usize) -> String {
    format!("never{:02}@example.org", number % ADDRESSES)
}

/// What has become of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Of the original wire, with the password `right`.
    Typed,
    /// Of the original wire, and nobody has confirmed its address.
    TypedUnconfirmed,
    /// Of our own wire, with a backup.
    Derived,
    DerivedUnconfirmed,
    /// The password was changed, and the link of the letter about that froze it.
    Frozen,
    /// The password was changed, and the one before was put back in force.
    Disputed,
    /// To be removed in 30 days.
    Deleted,
    /// The password was reset by mail: the one before is kept until its owner proves to be that.
    Reset,
}

impl Standing {
    /// What most accounts are not.
    const UNUSUAL: [Self; 6] = [
        Self::TypedUnconfirmed,
        Self::Frozen,
        Self::DerivedUnconfirmed,
        Self::Disputed,
        Self::Deleted,
        Self::Reset,
    ];

    /// Each of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Self::Typed, Self::Derived].into_iter().chain(Self::UNUSUAL)
    }

    /// Of the account of [`known`] of this number: a quarter are typed, a quarter derived, the rest is unusual.
    pub(super) fn of(number: usize) -> Self {
        match number % 4 {
            0 => Self::Typed,
            1 => Self::Derived,
            _ => Self::UNUSUAL[(number / 4 * 2 + number % 2) % Self::UNUSUAL.len()],
        }
    }

    /// Makes an account of this address and brings it there.
    pub(super) fn make(self, server: &Server, email: &str) {
        match self {
            Self::Typed => create_account(server, email, "right").expect_done(),
            Self::TypedUnconfirmed => ask_for_account(server, email, "right").expect_done(),
            Self::DerivedUnconfirmed => Person::new(email).ask_for_account(server).expect_done(),
            Self::Derived => {
                let _person = Person::with_backup(server, email);
            }
            Self::Frozen => {
                with_new_password(server, email)
                    .freeze_by_letter(server, "The password of your Keyhaven account was changed");
            }
            Self::Disputed => {
                let mut person = Person::with_backup(server, email);
                let first = person.auth_key.clone();
                assert_eq!(person.change_password(server, &random::<32>()).status, 200);
                person.undo(server, &first);
                assert_eq!(person.state(server), "disputed");
            }
            Self::Deleted => {
                let person = Person::with_backup(server, email);
                assert_eq!(person.delete(server, None).status, 200);
                assert_eq!(person.state(server), "deleted");
            }
            Self::Reset => {
                let _person = Person::with_backup(server, email);
                keep_an_old_password(server, email);
            }
        }
    }
}

fn with_new_password(server: &Server, email: &str) -> Person {
    let mut person = Person::with_backup(server, email);
    let new_key = random::<32>();
    let changed = person.change_password(server, &new_key);
    person.take_session(&changed);
    person.auth_key = new_key;
    person
}

/// A server that knows the addresses.
pub(super) fn server() -> Server {
    let server = Server::start_with(LIMITS);
    for number in 0..ADDRESSES {
        Standing::of(number).make(&server, &known(number));
    }
    server
}

/// A reset of an account with a backup.
pub(super) fn keep_an_old_password(server: &Server, email: &str) {
    ask_for_reset(server, email).expect_done();
    let letter = server.mailbox().letter(email, "Set a new password", 1);
    spend(server, email, &mailbox::code(&letter.text), &random::<32>()).expect_done();
}
