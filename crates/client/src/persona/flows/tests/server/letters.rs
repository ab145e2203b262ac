//! The codes of letters.

use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{AccountState, ConfirmResponse, LinkCode, LinkKind, LinkRequest},
};

use super::{
    routes::{Answer, done, json},
    state::State,
};

pub(super) fn confirm(state: &mut State, request: &LinkRequest) -> Answer {
    let (kind, address) = spend(state, request, |kind| kind != LinkKind::Freeze)?;
    let account = state
        .accounts
        .get_mut(&address)
        .ok_or(ErrorCode::InvalidLinkCode)?;
    let side = match kind {
        LinkKind::Confirm => {
            account.state = AccountState::Active;
            return json(&ConfirmResponse::AccountConfirmed);
        }
        LinkKind::ChangeTo => 1,
        _ => 0,
    };
    let change = account
        .address_change
        .as_mut()
        .ok_or(ErrorCode::InvalidLinkCode)?;
    change.confirmed[side] = true;
    if change.confirmed != [true, true] {
        return json(&ConfirmResponse::AddressChangeWaits);
    }
    let change = account.address_change.take().unwrap();
    let record = account.record.as_mut().unwrap();
    record.password = change.wrap;
    record.version += 1;
    account.set_secret(change.secret);
    account.email = change.new_email;
    let account = state.accounts.remove(&address).unwrap();
    let new = Address::parse(&account.email).unwrap();
    state.sessions.retain(|_, (owner, _)| *owner != address);
    state.accounts.insert(new.normalised().to_owned(), account);
    json(&ConfirmResponse::AddressChanged)
}

pub(super) fn freeze(state: &mut State, request: &LinkRequest) -> Answer {
    let (_, address) = spend(state, request, |kind| kind == LinkKind::Freeze)?;
    let account = state
        .accounts
        .get_mut(&address)
        .ok_or(ErrorCode::InvalidLinkCode)?;
    account.frozen = true;
    account.address_change = None;
    state.sessions.retain(|_, (owner, _)| *owner != address);
    state.codes.clear();
    done()
}

fn spend(
    state: &mut State,
    request: &LinkRequest,
    fits: impl Fn(LinkKind) -> bool,
) -> Result<(LinkKind, String), ErrorCode> {
    let code: LinkCode = request.code.parse().map_err(|_| ErrorCode::InvalidLinkCode)?;
    if !fits(code.kind()) {
        return Err(ErrorCode::InvalidLinkCode);
    }
    let address = state.letters.remove(&request.code);
    Ok((code.kind(), address.ok_or(ErrorCode::InvalidLinkCode)?))
}
