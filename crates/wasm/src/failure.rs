//! Errors on their way out: a list of the code and of names and values, of which TypeScript makes a `KeyhavenError`.

use js_sys::Array;
use keyhaven_core::job::JobError;
use wasm_bindgen::JsValue;

use crate::code::Code;

/// An error with what is known of it. No value of it is secret.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    details: Vec<(&'static str, JsValue)>,
}

impl Failure {
    pub(crate) const fn new(code: Code) -> Self {
        Self {
            code,
            details: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<JsValue>) -> Self {
        self.details.push((name, value.into()));
        self
    }
}

/// What is thrown for `error`.
pub(crate) fn thrown(error: impl Into<Failure>) -> JsValue {
    list_of(error.into())
}

pub(crate) fn list_of(Failure { code, details }: Failure) -> JsValue {
    let list = Array::of1(&JsValue::from_str(code.as_str()));
    for (name, value) in details {
        list.push(&JsValue::from_str(name));
        list.push(&value);
    }
    list.into()
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self::new(match error {
            JobError::OutOfMemory => Code::OutOfMemory,
            _ => Code::Internal,
        })
    }
}
