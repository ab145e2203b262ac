use keyhaven_core::password::Password;
use keyhaven_protocol::address::Address;
use leptos::html;
use leptos::prelude::*;

use crate::components::Owner;
use crate::parse::{self, NewPasswordError};
use crate::reader::Reader;

/// The fields of an address and of a password that is being chosen, with what is wrong at each.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddressAndNewPassword {
    pub(super) address: NodeRef<html::Input>,
    pub(super) first: NodeRef<html::Input>,
    pub(super) second: NodeRef<html::Input>,
    pub(super) address_error: RwSignal<Option<String>>,
    pub(super) first_error: RwSignal<Option<String>>,
    pub(super) second_error: RwSignal<Option<String>>,
}

impl AddressAndNewPassword {
    pub(super) fn new() -> Self {
        Self {
            address: NodeRef::new(),
            first: NodeRef::new(),
            second: NodeRef::new(),
            address_error: RwSignal::new(None),
            first_error: RwSignal::new(None),
            second_error: RwSignal::new(None),
        }
    }

    /// Whose password it is.
    pub(super) const fn owner(self) -> Owner {
        Owner::Typed(self.address)
    }

    /// What was typed, or nothing: then each wrong field says why, and the first of them has the focus.
    pub(super) async fn read(self, reader: Reader) -> Option<(Address, Password)> {
        let address = reader.address(self.address).await;
        let password = reader.new_password(self.first, self.second, self.owner()).await;
        let (at_first, at_second) = NewPasswordError::split(password.as_ref().err());
        self.address_error
            .set(address.as_ref().err().map(|error| (*error).to_owned()));
        self.first_error.set(at_first);
        self.second_error.set(at_second);
        match (address, password) {
            (Ok(address), Ok(password)) => return Some((address, password)),
            (Err(_), _) => parse::focus(self.address),
            (_, Err(NewPasswordError::First(_))) => parse::focus(self.first),
            (_, Err(NewPasswordError::Second(_))) => parse::focus(self.second),
        }
        None
    }
}
