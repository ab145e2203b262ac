//! What the reset page shows and hears. It has no place for a recovery code or an old password.

use keyhaven_core::password::Password;
use keyhaven_protocol::{address::Address, persona::ResetCodeKind};

use crate::{problem::Problem, progress::Progress};

/// What to show. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResetView {
    /// An address is asked for. Hears [`ResetInput::AskForLink`].
    AskForLink {
        /// Why the page asks, or why the last try did not work. A spent link is
        /// [`crate::problem::InputFault::LinkSpent`].
        problem: Option<Problem>,
    },
    /// "If there is an account for this address, we sent a link." Hears [`ResetInput::AskAgain`].
    Asked,
    /// A new password is asked for. Nothing was sent yet. Hears [`ResetInput::SetPassword`].
    ChoosePassword {
        /// As it stands in the link.
        address: String,
        /// What the new password will open, as the code's kind tells.
        kind: ResetCodeKind,
        /// Why the last try did not work; the link is still good.
        problem: Option<Problem>,
    },
    /// Work is done; it can be stopped.
    Working {
        /// How far. Absent for the moment before the first report.
        progress: Option<Progress>,
    },
    /// The password is set; the way on is to sign in. The flow ends only when the page goes away.
    Done {
        /// As it stands in the link.
        address: String,
        /// What the new password opens.
        kind: ResetCodeKind,
    },
}

/// What the person does.
#[derive(Debug)]
pub enum ResetInput {
    /// Asks for a mailed link.
    AskForLink(Address),
    /// Back to the address.
    AskAgain,
    /// Sets the password. The first moment at which anything of the link is sent.
    SetPassword(Password),
}
