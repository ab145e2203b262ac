//! Addresses and length-prefixed parts.

use keyhaven_protocol::address::Address;
use keyhaven_protocol::parts;
use serde::Deserialize;
use serde_json::json;

use super::{Done, Outcome, errors, hex, hex::Hex};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    typed: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    parts: Vec<Hex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Joined {
    joined: Hex,
}

pub(super) fn normalise_address(Typed { typed }: Typed) -> Done {
    Ok(match Address::parse(&typed) {
        Ok(address) => Outcome::Output(json!({ "normalised": address.normalised() })),
        Err(error) => Outcome::Error(errors::address(error)),
    })
}

pub(super) fn join_parts(Parts { parts }: &Parts) -> Done {
    let pieces: Vec<&[u8]> = parts.iter().map(|Hex(part)| part.as_slice()).collect();
    Ok(Outcome::Output(
        json!({ "joined": hex::encode(&parts::parts(&pieces)) }),
    ))
}

/// Every case has two parts, as the body of an object write has.
pub(super) fn split_parts(Joined { joined }: &Joined) -> Done {
    Ok(match parts::split_parts::<2>(&joined.0) {
        Ok(parts) => Outcome::Output(json!({ "parts": parts.map(hex::encode) })),
        Err(error) => Outcome::Error(errors::parts(error)),
    })
}
