//! Texts that people type and that stand in URLs.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use keyhaven_core::job::run_in_software;
use keyhaven_core::keys::ApiOrigin;
use keyhaven_core::normal_form::{ReadError, read_address};
use keyhaven_core::password::{PASSWORD_MAX_BYTES, Password};
use keyhaven_core::recovery_code::{RecoveryCode, RecoveryCodeError};
use keyhaven_protocol::address::{ADDRESS_MAX_BYTES, Address, TypedAddress};
use keyhaven_protocol::base64url as codec;
use keyhaven_protocol::persona::{AccountId, ObjectId, ResetCode, SessionId};

/// A normal form is bounded and is its own normal form, and an engine gives the same one.
pub(crate) fn address(input: &[u8]) {
    let Ok(typed) = str::from_utf8(input) else { return };
    if let Ok(shaped) = TypedAddress::parse(typed) {
        let parsed = Address::parse(typed);
        assert_eq!(
            run_in_software(read_address(shaped.clone())).ok(),
            parsed.clone().ok(),
            "by an engine"
        );
        assert_eq!(
            shaped.with_normal_form(&shaped.normal_form()),
            parsed,
            "by the tables"
        );
    }
    let Ok(address) = Address::parse(typed) else {
        return;
    };
    let normalised = address.normalised();
    assert!(
        normalised.len() <= ADDRESS_MAX_BYTES,
        "the normal form is bounded"
    );
    assert!(
        !normalised.chars().any(|c| c.is_whitespace() || c.is_control()),
        "and has no white space"
    );
    assert_eq!(
        Address::parse(normalised).as_ref().map(Address::normalised),
        Ok(normalised),
        "and is stable"
    );
    assert_eq!(
        Address::parse(address.as_typed()),
        Ok(address.clone()),
        "what is shown is the same address"
    );
}

/// Every text that decodes is the one text of its bytes.
pub(crate) fn base64url(input: &[u8]) {
    assert_eq!(codec::decode(&codec::encode(input)).as_deref(), Ok(input));
    let Ok(text) = str::from_utf8(input) else { return };
    if let Ok(bytes) = codec::decode(text) {
        assert_eq!(codec::encode(&bytes), text, "one spelling");
    }
}

/// Ids, reset codes and origins have one spelling each.
pub(crate) fn identifiers(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    writes_back::<AccountId>(text);
    writes_back::<ObjectId>(text);
    writes_back::<SessionId>(text);
    if let Ok(code) = text.parse::<ResetCode>() {
        assert_eq!(code.expose_text(), text, "one spelling");
    }
    if let Ok(origin) = ApiOrigin::parse(text) {
        assert_eq!(origin.as_str(), text, "one spelling");
        assert!(
            !text.ends_with('/') && text == text.to_lowercase(),
            "the serialisation of an origin"
        );
    }
}

fn writes_back<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(parsed) = text.parse::<T>() {
        assert_eq!(parsed.to_string(), text, "one spelling");
    }
}

/// A password is bounded, typing its normal form is typing it, and an engine reads the same one.
pub(crate) fn password(input: &[u8]) {
    let Ok(typed) = str::from_utf8(input) else { return };
    assert_eq!(
        run_in_software(Password::read(typed)),
        Password::parse(typed).map_err(ReadError::Refused),
        "by an engine"
    );
    let Ok(password) = Password::parse(typed) else {
        return;
    };
    let normalised = password.expose_secret();
    assert!(
        normalised.len() <= PASSWORD_MAX_BYTES && !normalised.is_empty(),
        "within its bounds"
    );
    let again = str::from_utf8(normalised).ok().map(Password::parse);
    assert_eq!(again, Some(Ok(password)), "stable");
}

/// A code that was found reads again from every form it is written in; a suggestion is a group of four.
pub(crate) fn recovery_code(input: &[u8]) {
    let Ok(typed) = str::from_utf8(input) else { return };
    match RecoveryCode::parse(typed) {
        Ok(parsed) => {
            let code = parsed.code;
            for written in [
                code.to_text(),
                code.to_qr_text(),
                code.to_words().join(" ").into(),
            ] {
                let again = RecoveryCode::parse(&written).map(|parsed| parsed.code);
                assert_eq!(again.as_ref(), Ok(&code), "every form of it is the same code");
            }
        }
        Err(
            RecoveryCodeError::BadCharacter {
                suggestion: Some(suggestion),
                ..
            }
            | RecoveryCodeError::Typo {
                suggestion: Some(suggestion),
            },
        ) => {
            assert!((1..=16).contains(&suggestion.group()), "a group that a code has");
            let characters = suggestion.expose_secret();
            assert!(
                (2..=4).contains(&characters.len()) && characters.is_ascii(),
                "characters of a group"
            );
        }
        Err(_) => {}
    }
}
