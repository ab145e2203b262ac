//! Sessions on their way out.

use js_sys::{Array, JSON};
use keyhaven_core::matrix::exported_session::{Batch, SkipReason, Skipped, UncheckedBatch};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::passphrase::text;
use crate::{code::Code, failure::thrown};

/// Sessions that were read together.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SessionBatch(Batch);

#[wasm_bindgen]
impl SessionBatch {
    /// The good ones as objects.
    ///
    /// # Errors
    /// Nothing but a mistake of this package.
    pub fn sessions(&self) -> Result<JsValue, JsValue> {
        // EXPOSE: sessions are what was asked for; JavaScript reads them where they lie.
        parse_json(self.0.expose_secret())
    }

    /// The others: five values for each, in the order of `SKIPPED_FIELDS` of TypeScript.
    pub fn skipped(&self) -> Array {
        self.0.skipped().iter().flat_map(values).collect()
    }
}

impl SessionBatch {
    /// With the points checked or as they are.
    pub(crate) fn of(batch: UncheckedBatch, check_points: bool) -> Self {
        Self(if check_points {
            batch.check_points()
        } else {
            batch.dangerous_without_points()
        })
    }
}

impl From<Batch> for SessionBatch {
    fn from(batch: Batch) -> Self {
        Self(batch)
    }
}

/// The value of a JSON text that is UTF-8.
pub(crate) fn parse_json(json: &[u8]) -> Result<JsValue, JsValue> {
    JSON::parse(text(json)?).map_err(|_| thrown(Code::Internal))
}

#[expect(clippy::cast_precision_loss, reason = "no list has 2^53 sessions")]
fn values(skipped: &Skipped) -> [JsValue; 5] {
    let (reason, field) = reason(&skipped.reason);
    [
        (skipped.index as f64).into(),
        skipped.room_id.as_deref().into(),
        skipped.session_id.as_deref().into(),
        reason.into(),
        field.into(),
    ]
}

/// A reason by its code, and the field that it is about.
pub(crate) const fn reason(reason: &SkipReason) -> (&'static str, Option<&'static str>) {
    match reason {
        SkipReason::CutOff => ("cut-off", None),
        SkipReason::BehindTheList => ("behind-the-list", None),
        SkipReason::TooLong => ("too-long", None),
        SkipReason::NotAnObject => ("not-an-object", None),
        SkipReason::Json(_) => ("not-json", None),
        SkipReason::Missing(field) => ("missing-field", Some(field.name())),
        SkipReason::Twice(field) => ("field-twice", Some(field.name())),
        SkipReason::Wrong(field) => ("wrong-field", Some(field.name())),
        SkipReason::Algorithm => ("unknown-algorithm", None),
        SkipReason::SessionKey(_) => ("bad-session-key", None),
        SkipReason::OtherSessionId => ("other-session-id", None),
        SkipReason::NotAPoint => ("not-a-point", None),
        _ => ("other", None),
    }
}
