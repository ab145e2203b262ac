//! Questions of flows, and how TypeScript takes and answers them.

use core::time::Duration;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use keyhaven_client::transport::{Request, Response, TransportError};
use keyhaven_core::{job::Form, keys::ApiOrigin};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    host::{Around, Surroundings},
    outcome::doing_name,
};
use crate::{code::Code, failure::thrown};

/// What a flow waits for.
#[derive(Debug)]
pub(super) enum Question {
    /// The answer to a request.
    Send(Request),
    /// The end of a pause.
    Pause(Duration),
    /// A normal form of a text.
    NormalForm(Form, Zeroizing<Vec<u8>>),
}

/// What it gets.
#[derive(Debug)]
pub(super) enum Reply {
    Sent(Result<Response, TransportError>),
    /// The pause is over.
    Over,
    Text(Zeroizing<Vec<u8>>),
}

/// What flows have of the world around them, as TypeScript holds it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PersonaHost(pub(super) Rc<Around>);

#[wasm_bindgen]
impl PersonaHost {
    /// For the server of this origin. `remembered` is what this device kept of an account, or nothing.
    ///
    /// # Errors
    /// If it is no origin.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: &str, remembered: &str, surroundings: Surroundings) -> Result<Self, JsValue> {
        let origin = ApiOrigin::parse(origin).map_err(|_| thrown(Code::InvalidServer))?;
        let around = Around::new(origin, remembered.parse().ok(), surroundings);
        Ok(Self(Rc::new(around)))
    }

    /// How far the call is, if that was said since the last time: what is done, and of items and bytes how many and of how many.
    #[expect(clippy::cast_precision_loss, reason = "nothing here has 2^53 bytes")]
    pub fn progress(&self) -> Option<Array> {
        let progress = self.0.progress.take()?;
        let list = Array::of1(&doing_name(progress.doing).into());
        for count in [progress.items, progress.bytes].into_iter().flatten() {
            list.push(&(count.done as f64).into());
            list.push(&(count.total as f64).into());
        }
        let has_items = progress.items.is_some();
        list.push(&has_items.into());
        Some(list)
    }

    /// What the call asks for: a pause in seconds; whether a text is an address, and the text, of which the normal form is wanted; or method, path, headers and
    /// body of a request, and the most bytes of its answer.
    pub fn question(&self) -> Option<Array> {
        let list = Array::new();
        match self.0.asked.take()? {
            Question::Pause(duration) => {
                list.push(&duration.as_secs_f64().into());
            }
            Question::NormalForm(form, text) => {
                list.push(&JsValue::from(matches!(form, Form::Address)));
                list.push(&Uint8Array::from(text.as_slice()));
            }
            Question::Send(request) => {
                list.push(&request.method.as_str().into());
                list.push(&request.path.as_str().into());
                list.push(&Uint8Array::from(request.body.as_slice()));
                list.push(&request.answer_max_bytes.into());
                for (name, value) in &request.headers {
                    list.push(&(*name).into());
                    list.push(&value.as_str().into());
                }
            }
        }
        Some(list)
    }

    /// Answers a request: status, the headers that are looked at, and the body.
    pub fn respond(&self, status: u16, etag: String, retry_after: String, request_id: String, body: Vec<u8>) {
        let headers = [
            ("etag", etag),
            ("retry-after", retry_after),
            ("x-request-id", request_id),
        ];
        let headers = headers.into_iter().filter(|(_, value)| !value.is_empty());
        let response = Response {
            status,
            headers: headers.map(|(name, value)| (name.to_owned(), value)).collect(),
            body: Zeroizing::new(body),
        };
        self.reply(Reply::Sent(Ok(response)));
    }

    /// Says that there is no answer to a request: 0 there was no connection, 1 it is too long.
    pub fn fail(&self, reason: u32) {
        let error = match reason {
            1 => TransportError::AnswerTooLong,
            _ => TransportError::Offline,
        };
        self.reply(Reply::Sent(Err(error)));
    }

    /// Answers with a normal form; nothing ends a pause.
    pub fn answer(&self, text: Option<Vec<u8>>) {
        let reply = text.map_or(Reply::Over, |text| Reply::Text(Zeroizing::new(text)));
        self.reply(reply);
    }
}

impl PersonaHost {
    fn reply(&self, reply: Reply) {
        self.0.answered.replace(Some(reply));
    }
}
