//! Spending the codes of letters: what a click on the page behind a link does.

use keyhaven_protocol::persona::{ConfirmResponse, LinkCode, LinkRequest, paths};
use zeroize::Zeroize as _;

use super::{Anonymous, call::Call};
use crate::{host::Host, problem::Problem, transport::Method};

impl<H: Host> Anonymous<'_, H> {
    /// Confirms a sign-up, or one side of a change of address.
    ///
    /// # Errors
    /// [`crate::problem::InputFault::LetterSpent`] if the code is wrong, used or too old.
    pub async fn confirm(&self, code: &LinkCode) -> Result<ConfirmResponse, Problem> {
        let answer = spend(paths::CONFIRM, code)?.send(self.host).await?;
        answer.json()
    }

    /// Freezes the account that the letter is about.
    ///
    /// # Errors
    /// As [`Anonymous::confirm`].
    pub async fn freeze(&self, code: &LinkCode) -> Result<(), Problem> {
        spend(paths::FREEZE, code)?.send(self.host).await?;
        Ok(())
    }
}

fn spend(path: &'static str, code: &LinkCode) -> Result<Call, Problem> {
    let mut body = LinkRequest {
        code: code.expose_text(),
    };
    let call = Call::new(Method::Post, path).json(&body);
    body.code.zeroize();
    call
}
