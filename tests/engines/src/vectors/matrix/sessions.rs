//! Lists of sessions, and the ratchet.

use keyhaven_core::matrix::exported_session::{Input, SessionExport, SessionReader};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::{key_files::values, words};
use crate::vectors::{Done, Outcome, errors};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct ListInput {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct RatchetInput {
    session_key: String,
    index: u32,
}

pub(in crate::vectors) fn list(input: ListInput) -> Done {
    let mut reader = SessionReader::over(Zeroizing::new(input.text.into_bytes()));
    let (mut sessions, mut skipped) = (Vec::new(), Vec::new());
    loop {
        match reader.next_batch(1_000, Input::Over) {
            Ok(Some(batch)) => {
                let batch = batch.check_points();
                sessions.extend(values(&batch));
                skipped.extend(batch.skipped().iter().map(words::skipped));
            }
            Ok(None) => {
                return Ok(Outcome::Output(
                    json!({ "sessions": sessions, "skipped": skipped }),
                ));
            }
            Err(_) => return Ok(Outcome::Error(errors::named("not_sessions"))),
        }
    }
}

pub(in crate::vectors) fn ratchet(input: &RatchetInput) -> Done {
    let Ok(export) = SessionExport::parse(&input.session_key) else {
        return Ok(Outcome::Error(errors::named("session_key")));
    };
    Ok(match export.ratchet_to(input.index) {
        Ok(export) => Outcome::Output(json!({ "session_key": export.to_text().as_str() })),
        Err(error) => Outcome::Error(json!({ "name": "backward", "first_index": error.index })),
    })
}
