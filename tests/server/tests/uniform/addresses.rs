//! Addresses that have an account and addresses that have none.

use keyhaven_server_tests::{
    person::{Person, create_account},
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

/// A server where half of the known addresses are of each wire.
pub(super) fn server() -> Server {
    let server = Server::start_with(LIMITS);
    for number in 0..ADDRESSES {
        if number % 2 == 0 {
            create_account(&server, &known(number), "right").expect_done();
        } else {
            let _person = Person::with_backup(&server, &known(number));
        }
    }
    server
}

/// A reset of an account with a backup: the password before it is kept until its owner proves to be that.
pub(super) fn keep_an_old_password(server: &Server, email: &str) {
    Person::new(email).reset_by_mail(server);
}
