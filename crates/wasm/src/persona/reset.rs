//! A new password by a mailed link.

use core::task::Poll;

use keyhaven_client::{
    driver::Flow as _,
    persona::flows::reset::{Reset, ResetInput, ResetView},
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    call::Course,
    question::PersonaHost,
    typed::{self, text},
};
use crate::{code::Code, failure::thrown};

/// Somebody who forgot the password.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PersonaReset(Course<Reset>);

#[wasm_bindgen]
impl PersonaReset {
    /// Before anything was asked for.
    #[wasm_bindgen(constructor)]
    pub fn new(host: &PersonaHost) -> Self {
        Self(Course::new(&host.0, Reset::ask()))
    }

    /// Asks for a link.
    pub fn ask(&mut self, address: Vec<u8>) {
        let address = text(address);
        self.0
            .begin(async move |host| Ok(ResetInput::AskForLink(typed::address(&address, host).await?)));
    }

    /// Sets a password by a link.
    pub fn finish(&mut self, email: &str, code: &str, password: Vec<u8>) {
        let password = text(password);
        self.0 = Course::new(&self.0.host, Reset::open_link(email, code));
        self.0
            .begin(async move |host| Ok(ResetInput::SetPassword(typed::password(&password, host).await?)));
    }

    /// Goes on; `false` while something is asked.
    ///
    /// # Errors
    /// Why it did not work.
    pub fn go(&mut self) -> Result<bool, JsValue> {
        match self.0.go() {
            Poll::Pending => Ok(false),
            Poll::Ready(Err(failure)) => Err(thrown(failure)),
            Poll::Ready(Ok(Some(never))) => match never {},
            Poll::Ready(Ok(None)) => match self.0.look(|flow| flow.view(None)) {
                Some(ResetView::Asked | ResetView::Done { .. }) => Ok(true),
                Some(
                    ResetView::AskForLink {
                        problem: Some(problem),
                    }
                    | ResetView::ChoosePassword {
                        problem: Some(problem),
                        ..
                    },
                ) => Err(thrown(problem)),
                _ => Err(thrown(Code::LinkSpent)),
            },
        }
    }

    /// Stops the call.
    pub fn stop(&mut self) {
        self.0.stop();
    }
}
