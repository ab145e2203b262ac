//! What each route does.

use keyhaven_protocol::{
    address::Address,
    base64url::{self, B64},
    error::ErrorCode,
    persona::{
        AccountState, DeletedListResponse, KdfResponse, ObjectListResponse, OfferedDerivation, SessionId,
        SessionListResponse, SessionResponse, SessionView, SignInRequest, SignUpRequest, legacy, paths,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::{
    account, answer, keys, letters, objects,
    state::{FakeAccount, State},
    ways_back,
};
use crate::transport::{Method, Request, Response};

pub(super) type Answer = Result<Response, ErrorCode>;

pub(super) fn route(state: &mut State, request: &Request) -> Answer {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    match (request.method, path) {
        (Method::Get, paths::KDF) => kdf(state, query),
        (Method::Post, paths::ACCOUNTS) => sign_up(state, &body(request)?),
        (Method::Post, paths::SESSIONS) => sign_in(state, &body(request)?),
        (Method::Put, legacy::PASSWORD_RESET) => done(),
        (Method::Post, legacy::PASSWORD_RESET) => reset(state, &body(request)?),
        (Method::Post, paths::CONFIRM) => letters::confirm(state, &body(request)?),
        (Method::Post, paths::FREEZE) => letters::freeze(state, &body(request)?),
        (Method::Post, paths::UNDO) => ways_back::undo(state, &body(request)?),
        (Method::Post, paths::RECOVER_RELEASE) => ways_back::release(state, &body(request)?),
        (Method::Post, paths::RECOVER) => ways_back::recover(state, request),
        _ => signed_in(state, request, path),
    }
}

fn kdf(state: &State, query: &str) -> Answer {
    let email = percent_decode(query.strip_prefix("email=").ok_or(ErrorCode::MalformedUrl)?);
    let address = Address::parse(&email).map_err(|_| ErrorCode::InvalidEmail)?;
    let offer = |(kdf, number): &(_, u8)| OfferedDerivation {
        kdf: *kdf,
        server_salt: B64(Sha256::digest(format!("{number} {}", address.normalised())).into()),
    };
    json(&KdfResponse {
        derivations: state.derivations.iter().map(offer).collect(),
    })
}

fn percent_decode(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

fn sign_up(state: &mut State, request: &SignUpRequest) -> Answer {
    let address = Address::parse(&request.email).map_err(|_| ErrorCode::InvalidEmail)?;
    if state.accounts.contains_key(address.normalised()) {
        return Err(ErrorCode::AddressTaken);
    }
    let first = if state.asks_for_confirmation {
        AccountState::Unconfirmed
    } else {
        AccountState::Active
    };
    let account = FakeAccount {
        id: request.account_id,
        email: request.email.clone(),
        secret: base64url::encode(&request.auth_key.0),
        epoch: 1,
        generation: 1,
        state: first,
        frozen: false,
        address_change: None,
        record: None,
        proven: None,
        inventory: None,
        objects: Default::default(),
        deleted: Default::default(),
        deleted_at: Default::default(),
        inventories: Vec::new(),
        inventory_numbers: Vec::new(),
        versions: Vec::new(),
    };
    state.accounts.insert(address.normalised().to_owned(), account);
    done()
}

fn sign_in(state: &mut State, request: &SignInRequest) -> Answer {
    let address = Address::parse(&request.email).map_err(|_| ErrorCode::Unauthorized)?;
    let account = state
        .accounts
        .get(address.normalised())
        .ok_or(ErrorCode::Unauthorized)?;
    if account.secret != base64url::encode(&request.auth_key.0) {
        return Err(ErrorCode::Unauthorized);
    }
    new_session(state, address.normalised())
}

pub(super) fn new_session(state: &mut State, address: &str) -> Answer {
    let number = state.next();
    let token: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
    let mut id = [0; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    let session_id = SessionId::from_bytes(id);
    state.sessions.insert(token, (address.to_owned(), session_id));
    let account = state.accounts[address].view();
    json(&SessionResponse {
        token: B64(token),
        session_id,
        expires_at: 1_795_043_200,
        idle_seconds: 900,
        account,
    })
}

fn reset(state: &mut State, request: &serde_json::Value) -> Answer {
    let field = |name: &str| request[name].as_str().ok_or(ErrorCode::MissingParameters);
    let address = Address::parse(field("email")?).map_err(|_| ErrorCode::InvalidResetCode)?;
    if state.codes.get(field("reset_code")?).map(String::as_str) != Some(address.normalised()) {
        return Err(ErrorCode::InvalidResetCode);
    }
    state.codes.clear();
    state
        .sessions
        .retain(|_, (owner, _)| owner != address.normalised());
    let account = state
        .accounts
        .get_mut(address.normalised())
        .ok_or(ErrorCode::InvalidResetCode)?;
    if let Some(record) = &account.record
        && matches!(account.state, AccountState::Active | AccountState::Disputed)
    {
        account.proven = Some((account.secret.clone(), record.password.clone()));
        account.state = AccountState::Unproven;
    }
    account.set_secret(field("password")?.to_owned());
    done()
}

fn signed_in(state: &mut State, request: &Request, path: &str) -> Answer {
    let token: [u8; 32] = header(request, "authorization")
        .and_then(|value| {
            base64url::decode(value.strip_prefix("Bearer ")?)
                .ok()?
                .try_into()
                .ok()
        })
        .ok_or(ErrorCode::Unauthorized)?;
    let (address, session) = state
        .sessions
        .get(&token)
        .cloned()
        .ok_or(ErrorCode::Unauthorized)?;
    if let Some(id) = path
        .strip_prefix(paths::SESSIONS)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        let ends = |open: SessionId| {
            if id == "current" {
                open == session
            } else {
                open.to_string() == id
            }
        };
        state.sessions.retain(|_, (_, open)| !ends(*open));
        return done();
    }
    match (request.method, path) {
        (Method::Post, paths::PASSWORD) => {
            let account = state.accounts.get_mut(&address).ok_or(ErrorCode::Unauthorized)?;
            keys::change_password(account, request)?;
            state.sessions.retain(|_, (owner, _)| *owner != address);
            return new_session(state, &address);
        }
        (Method::Get, paths::SESSIONS) => {
            let view = |(_, id): &(String, SessionId)| SessionView {
                session_id: *id,
                current: *id == session,
                created_at: 1_795_000_000,
                last_used_at: 1_795_000_000,
            };
            return json(&SessionListResponse {
                sessions: state.sessions.values().map(view).collect(),
            });
        }
        (Method::Delete, paths::SESSIONS) => {
            state.sessions.retain(|_, (owner, _)| *owner != address);
            return done();
        }
        (Method::Put, paths::KEYS) => return keys::write(state, &address, session, request),
        (Method::Post, paths::ACCOUNT_DELETE) => {
            return account::delete(state, &address, session, &body(request)?);
        }
        _ => {}
    }
    let version = state.next();
    let account = state.accounts.get_mut(&address).ok_or(ErrorCode::Unauthorized)?;
    match (request.method, path) {
        (Method::Get, paths::ACCOUNT) => json(&account.view()),
        (Method::Post, paths::ACCOUNT_UNDELETE) => account::undelete(account),
        (Method::Post, paths::CONFIRMATION) => done(),
        (Method::Put, paths::ADDRESS) => account::change_address(account, request),
        (Method::Delete, paths::ADDRESS) => {
            account.address_change = None;
            done()
        }
        (Method::Get, paths::KEYS) => keys::read(account),
        (Method::Post, paths::RELEASE) => keys::release(account, &body(request)?),
        (Method::Post, paths::UNLOCK) => keys::unlock(account, body(request)?),
        (Method::Get, paths::OBJECTS) => json(&ObjectListResponse {
            inventory_version: account.inventory.as_ref().map(|(version, _)| *version),
            objects: account.list(),
            deleted: account.deleted.len() as u64,
        }),
        (Method::Get, paths::DELETED) => json(&DeletedListResponse {
            deleted: account.list_deleted(),
        }),
        (_, path) if path.starts_with(paths::INVENTORY) => {
            let rest = path.strip_prefix(paths::INVENTORY_VERSIONS);
            objects::inventory(account, rest, request, version)
        }
        (method, _) => match path
            .strip_prefix(paths::OBJECTS)
            .and_then(|rest| rest.strip_prefix('/'))
        {
            Some(rest) => objects::object(account, method, rest, request, version),
            None => Err(ErrorCode::NotFound),
        },
    }
}

pub(super) fn condition(request: &Request) -> Result<Option<u64>, ErrorCode> {
    match (header(request, "if-match"), header(request, "if-none-match")) {
        (Some(tag), None) => tag
            .trim_matches('"')
            .parse()
            .map(Some)
            .map_err(|_| ErrorCode::PreconditionRequired),
        (None, Some("*")) => Ok(None),
        _ => Err(ErrorCode::PreconditionRequired),
    }
}

fn header<'request>(request: &'request Request, name: &str) -> Option<&'request str> {
    request
        .headers
        .iter()
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.as_str())
}

pub(super) fn body<T: DeserializeOwned>(request: &Request) -> Result<T, ErrorCode> {
    assert_eq!(header(request, "content-type"), Some("application/json"));
    serde_json::from_slice(&request.body).map_err(|_| ErrorCode::MalformedBody)
}

pub(super) fn json(body: &impl Serialize) -> Answer {
    Ok(answer(200, serde_json::to_vec(body).unwrap()))
}

pub(super) fn done() -> Answer {
    json(&serde_json::json!({}))
}
