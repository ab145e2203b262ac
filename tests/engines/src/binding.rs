//! What the scripts call.

use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::{CaseError, Engine, run};

/// Runs `op` on `input` (JSON) with `engine`, and answers `{"output": …}` or `{"error": …}`, with how many jobs the
/// engine answered beside it (JSON).
///
/// # Errors
/// When the case cannot be run at all, which is a mistake in it.
#[wasm_bindgen(js_name = runCase)]
pub async fn run_case(engine: &str, op: &str, input: &str) -> Result<String, JsError> {
    let engine = Engine::parse(engine).ok_or(CaseError::UnknownEngine)?;
    let input = serde_json::from_str(input)?;
    let ran = run(engine, op, input).await?;
    Ok(serde_json::to_string(&ran)?)
}
