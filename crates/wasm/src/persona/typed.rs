//! What a person typed, read with the tables of Unicode that the platform has.

use keyhaven_client::engine;
use keyhaven_core::{
    normal_form::{ReadError, read_address},
    password::{Password, PasswordError},
};
use keyhaven_protocol::address::{Address, AddressError, TypedAddress};
use zeroize::Zeroizing;

use super::host::Around;
use crate::{code::Code, failure::Failure};

/// A text on its way in.
pub(super) type Text = Zeroizing<String>;

/// Texts are encoded by TypeScript, which makes nothing but UTF-8.
pub(super) fn text(bytes: Vec<u8>) -> Text {
    let bytes = Zeroizing::new(bytes);
    Zeroizing::new(core::str::from_utf8(&bytes).unwrap_or_default().to_owned())
}

pub(super) async fn address(typed: &str, host: &Around) -> Result<Address, Failure> {
    let typed = TypedAddress::parse(typed)?;
    match engine::run(read_address(typed), host, &|_| {}).await {
        Ok(address) => Ok(address),
        Err(ReadError::Refused(error)) => Err(error.into()),
        Err(ReadError::Job(error)) => Err(error.into()),
    }
}

pub(super) async fn password(typed: &str, host: &Around) -> Result<Password, Failure> {
    match engine::run(Password::read(typed), host, &|_| {}).await {
        Ok(password) => Ok(password),
        Err(ReadError::Refused(error)) => Err(error.into()),
        Err(ReadError::Job(error)) => Err(error.into()),
    }
}

impl From<AddressError> for Failure {
    fn from(_: AddressError) -> Self {
        Self::new(Code::AddressRefused)
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        Self::new(match error {
            PasswordError::Empty => Code::EmptyPassphrase,
            _ => Code::PassphraseTooLong,
        })
    }
}
