//! Bodies: bounded by `Content-Length` before anything is read and by count while reading, within a memory that
//! requests share, and within a time.
//!
//! There are three memories. Strangers have one: nobody may be kept from signing in by what others upload. One network
//! has at most half of each, and one account as much as two of the largest bodies. Small bodies are soon over and pay
//! for what has come, not for what they announce. A large one takes its memory when it begins, so that an upload that
//! was begun is not refused in the middle for want of memory; so its account must have room for it, and it must keep
//! pace.

mod memory;

use std::time::Duration;

use axum::{
    body::Body,
    extract::{FromRef, FromRequest, FromRequestParts as _, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{
        AccountId, AccountState,
        limits::{INVENTORY_MAX_BYTES, JSON_MAX_BYTES, STRANGER_BODY_MAX_BYTES, UNCONFIRMED_QUOTA_BYTES},
    },
};
use keyhaven_storage::Account;
use tokio::time::Instant;

use self::memory::{Held, Memory, kib};
use super::{Network, TrustedProxies};
use crate::{failure::ApiError, load_shedding, shares::Shares};

/// Memory that all bodies in flight share: 64 MiB (`accounts-and-keys.md`, 6).
const STRANGERS_BUDGET_BYTES: usize = 4 * 1024 * 1024;
const SMALL_BUDGET_BYTES: usize = 4 * 1024 * 1024;
const LARGE_BUDGET_BYTES: usize = 56 * 1024 * 1024;
/// What large bodies of one account hold at a time: two of the largest, one that is stored and the next.
const LARGE_OF_ACCOUNT_KIB: u32 = 24 * 1024;
/// The longest wait for the next piece of a body.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// The longest a stranger's body may take as a whole: 8 KiB at 1 KiB/s.
const STRANGER_WHOLE_MAX: Duration = Duration::from_secs(8);
/// The longest a small body may take as a whole: 64 KiB at 3 KiB/s.
const SMALL_WHOLE_MAX: Duration = Duration::from_secs(20);
/// The longest any other may take: 10 MiB at 70 KiB/s.
const LARGE_WHOLE_MAX: Duration = Duration::from_secs(150);
/// What a large body must have brought at any time, after a while to begin: it holds memory for all that it announced.
const PACE_BYTES_PER_SECOND: u64 = 16 * 1024;
const PACE_BEGINS: Duration = Duration::from_secs(10);
/// What the two parts of a body have beside their bytes: they count to no quota.
const LENGTHS_OF_PARTS: u64 = 8;

/// What is left of the memory for bodies.
#[derive(Debug, Clone)]
pub(crate) struct BodyBudget {
    strangers: Memory,
    small: Memory,
    large: Memory,
    large_of_account: Shares<AccountId>,
    quota_bytes: u64,
}

/// When a body takes its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charge {
    /// At first, so that what was begun is never refused for want of memory.
    Announced,
    /// As it comes.
    Received,
}

impl BodyBudget {
    /// Accounts are held to this quota.
    pub(crate) fn new(quota_bytes: u64) -> Self {
        Self {
            strangers: Memory::new(STRANGERS_BUDGET_BYTES),
            small: Memory::new(SMALL_BUDGET_BYTES),
            large: Memory::new(LARGE_BUDGET_BYTES),
            large_of_account: Shares::new(LARGE_OF_ACCOUNT_KIB),
            quota_bytes,
        }
    }

    /// By the greatest length that a route takes, and not by what a body announces: else a small upload could starve
    /// those who sign in.
    fn terms(&self, max: usize) -> Terms<'_> {
        let (memory, whole_max, charge) = if max <= STRANGER_BODY_MAX_BYTES {
            (&self.strangers, STRANGER_WHOLE_MAX, Charge::Received)
        } else if max <= JSON_MAX_BYTES {
            (&self.small, SMALL_WHOLE_MAX, Charge::Received)
        } else {
            (&self.large, LARGE_WHOLE_MAX, Charge::Announced)
        };
        Terms {
            memory,
            whole_max,
            charge,
            max,
        }
    }

    /// What bodies hold now, by the name of their share.
    pub(crate) fn held_bytes(&self) -> [(&'static str, usize); 3] {
        [
            ("strangers", self.strangers.held_bytes()),
            ("small", self.small.held_bytes()),
            ("large", self.large.held_bytes()),
        ]
    }

    fn room(&self, uploader: Uploader) -> u64 {
        let quota = match uploader.state {
            AccountState::Unconfirmed => self.quota_bytes.min(UNCONFIRMED_QUOTA_BYTES),
            _ => self.quota_bytes,
        };
        quota.saturating_sub(uploader.used_bytes)
    }
}

/// Whose body it is: put into the request by what signed the sender in, before the body is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uploader {
    account: AccountId,
    state: AccountState,
    used_bytes: u64,
}

impl From<&Account> for Uploader {
    fn from(account: &Account) -> Self {
        Self {
            account: account.id,
            state: account.state,
            used_bytes: account.used_bytes,
        }
    }
}

/// Who sends a body.
#[derive(Debug, Clone, Copy)]
struct Sender {
    network: Network,
    uploader: Option<Uploader>,
}

/// How bodies of a length are taken.
struct Terms<'a> {
    memory: &'a Memory,
    whole_max: Duration,
    charge: Charge,
    max: usize,
}

/// A body of at most `MAX` bytes. Its place in the memory is given back when the last piece of it is dropped, which may
/// be later than the end of the request: the store finishes what it was given.
#[derive(Debug)]
pub(crate) struct Bounded<const MAX: usize>(pub(crate) Bytes);

impl<S, const MAX: usize> FromRequest<S> for Bounded<MAX>
where
    S: Send + Sync,
    BodyBudget: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Ok(network) = Network::from_request_parts(&mut parts, state).await;
        let sender = Sender {
            network,
            uploader: parts.extensions.get().copied(),
        };
        let budget = BodyBudget::from_ref(state);
        let body = read(&parts.headers, body, MAX, sender, &budget);
        load_shedding::while_waiting(&parts.extensions, body)
            .await
            .map(Self)
    }
}

async fn read(
    headers: &HeaderMap,
    body: Body,
    max: usize,
    sender: Sender,
    budget: &BodyBudget,
) -> Result<Bytes, ApiError> {
    let announced = announced_len(headers)?;
    if announced.is_some_and(|len| len > max) {
        return Err(ErrorCode::TooLarge.into());
    }
    let expected = announced.unwrap_or(max);
    if let Some(uploader) = sender.uploader
        && max > INVENTORY_MAX_BYTES
        && u64::try_from(announced.unwrap_or(0)).map_or(true, |announced| {
            announced.saturating_sub(LENGTHS_OF_PARTS) > budget.room(uploader)
        })
    {
        return Err(ErrorCode::QuotaExceeded.into());
    }
    let place_of_account = match sender.uploader {
        Some(uploader) if expected > JSON_MAX_BYTES => {
            let place = budget.large_of_account.take(uploader.account, kib(expected)?);
            Some(place.ok_or(ApiError::Busy)?)
        }
        _ => None,
    };
    let terms = budget.terms(max);
    let taken = match terms.charge {
        Charge::Announced => expected,
        Charge::Received => 0,
    };
    let held = terms.memory.take(sender.network, taken)?;
    let collected = BytesMut::with_capacity(announced.unwrap_or(0).min(taken));
    let collected = tokio::time::timeout(terms.whole_max, collect(body, collected, held, &terms));
    let (bytes, held) = collected.await.map_err(|_| ErrorCode::BodyTimeout)??;
    Ok(held.keep_for(bytes, place_of_account))
}

async fn collect(
    mut body: Body,
    mut collected: BytesMut,
    mut held: Held,
    terms: &Terms<'_>,
) -> Result<(Bytes, Held), ApiError> {
    let began = Instant::now();
    loop {
        let idle = Instant::now() + IDLE_MAX;
        let until = match terms.charge {
            Charge::Announced => idle.min(began + keeps_pace_for(collected.len())),
            Charge::Received => idle,
        };
        let next = tokio::time::timeout_at(until, body.frame());
        let frame = match next.await.map_err(|_| ErrorCode::BodyTimeout)? {
            None => return Ok((collected.freeze(), held)),
            Some(frame) => frame.map_err(|_| ErrorCode::MalformedBody)?,
        };
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > terms.max.saturating_sub(collected.len()) {
            return Err(ErrorCode::TooLarge.into());
        }
        held.grow_to(collected.len().saturating_add(data.len()))?;
        collected.extend_from_slice(&data);
    }
}

/// How long after its begin a large body with this much of it may wait for more.
fn keeps_pace_for(len: usize) -> Duration {
    let seconds = u64::try_from(len).unwrap_or(u64::MAX) / PACE_BYTES_PER_SECOND;
    PACE_BEGINS.saturating_add(Duration::from_secs(seconds))
}

fn announced_len(headers: &HeaderMap) -> Result<Option<usize>, ErrorCode> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else {
        return Ok(None);
    };
    let digits = value.to_str().map_err(|_| ErrorCode::MalformedBody)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ErrorCode::MalformedBody);
    }
    // A number too large for this machine is too large for every route.
    digits.parse().map(Some).map_err(|_| ErrorCode::TooLarge)
}

#[cfg(test)]
pub(super) mod tests;
