//! Addresses and length-prefixed parts.

use keyhaven_core::normal_form::{ReadError, read_address};
use keyhaven_protocol::address::{Address, AddressError, TypedAddress};
use keyhaven_protocol::parts;
use serde::Deserialize;
use serde_json::json;

use super::{CaseError, Done, Outcome, errors, hex, hex::Hex};
use crate::engine::Running;

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

pub(super) async fn normalise_address(running: &Running, Typed { typed }: Typed) -> Done {
    Ok(match parse_address(running, &typed).await? {
        Ok(address) => Outcome::Output(json!({ "normalised": address.normalised() })),
        Err(error) => Outcome::Error(errors::address(error)),
    })
}

/// The address, read here and by the engine: both must say the same.
pub(super) async fn parse_address(
    running: &Running,
    typed: &str,
) -> Result<Result<Address, AddressError>, CaseError> {
    let here = Address::parse(typed);
    let by_jobs = match TypedAddress::parse(typed) {
        Ok(typed) => match running.run(read_address(typed)).await {
            Err(ReadError::Job(_)) => return Err(CaseError::EnginesDiffer),
            Err(ReadError::Refused(error)) => Err(error),
            Ok(address) => Ok(address),
        },
        Err(error) => Err(error),
    };
    if here == by_jobs {
        Ok(here)
    } else {
        Err(CaseError::EnginesDiffer)
    }
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
