//! What the writes of an object share: the head names who writes, what, and over which inventory; the body carries the
//! inventory that is written with it.

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use bytes::Bytes;
use keyhaven_protocol::{error::ErrorCode, persona::limits::INVENTORY_MAX_BYTES};
use keyhaven_storage::{Author, Precondition};

use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{BodyBudget, Bounded, Condition, ObjectName, SignedIn, TrustedProxies},
    failure::ApiError,
};

/// The head of a write. It is complete before anything of the body is read.
#[derive(Debug)]
pub(super) struct ObjectWrite {
    pub(super) author: Author,
    pub(super) id: String,
    pub(super) precondition: Precondition,
}

impl<S> FromRequestParts<S> for ObjectWrite
where
    S: Send + Sync,
    StoreRef: FromRef<S>,
    ClockRef: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        let ObjectName(id) = ObjectName::from_request_parts(parts, state).await?;
        let Condition(precondition) = Condition::from_request_parts(parts, state).await?;
        Ok(Self {
            author: signed_in.author(),
            id: id.to_string(),
            precondition,
        })
    }
}

/// A body that is a sealed inventory and nothing else.
#[derive(Debug)]
pub(super) struct InventoryBody(Bytes);

impl InventoryBody {
    /// The inventory. It shares the memory that this body holds.
    pub(super) fn inventory(&self) -> Bytes {
        self.0.clone()
    }
}

impl<S> FromRequest<S> for InventoryBody
where
    S: Send + Sync,
    BodyBudget: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Bounded(body) = Bounded::<INVENTORY_MAX_BYTES>::from_request(request, state).await?;
        check_inventory(&body)?;
        Ok(Self(body))
    }
}

/// A sealed inventory is never empty, and bounded.
pub(super) fn check_inventory(bytes: &[u8]) -> Result<(), ErrorCode> {
    match bytes.len() {
        0 => Err(ErrorCode::EmptyBody),
        1..=INVENTORY_MAX_BYTES => Ok(()),
        _ => Err(ErrorCode::TooLarge),
    }
}
