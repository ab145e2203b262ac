//! The emergency kit.

pub(crate) const PAGE: &str = "Emergency kit";
pub(crate) const TITLE: &str = "Print an emergency kit";
pub(crate) const LEAD: &str = "Type a recovery code that you have. This page makes a sheet for your documents. Nothing you type leaves this device.";
pub(crate) const MAKE: &str = "Make the sheet";
pub(crate) const READY_TITLE: &str = "Your emergency kit";
pub(crate) const READY_LEAD: &str =
    "Print it, or save it as a PDF on a drive that only you have. It fits on A4 and on Letter.";
pub(crate) const PRINT: &str = "Print the kit";
pub(crate) const CLEAR: &str = "Type another code";
pub(crate) const ADDRESS_LABEL: &str = "E-mail address of the account (printed on the sheet, optional)";
pub(crate) const NEVER_ASKED: &str = "Nobody will ever ask you for this code by mail, chat or telephone.";
pub(crate) const PRINTER_HINT: &str =
    "A printer at work or in a shop may keep a copy. Use one that you trust.";

pub(crate) const SHEET_LABEL: &str = "Emergency kit";
pub(crate) const SHEET_TITLE: &str = "Keyhaven emergency kit";
pub(crate) const INSTRUCTION: &str = "Keep this sheet with your important papers: with it and your e-mail address you get your messages and keys back \
     after you lost your password or your devices. Nobody will ever ask you for this code by mail, chat or telephone.";
pub(crate) const CODE_TITLE: &str = "Recovery code";
pub(crate) const WORDS_TITLE: &str = "The same code as words";
pub(crate) const QR_LABEL: &str = "QR code of the recovery code";
pub(crate) const OPENS: &str = "Opens";
pub(crate) const WHERE: &str = "Where to type it";
pub(crate) const MADE: &str = "Made on";
pub(crate) const NOTES: &str = "Notes:";

pub(crate) fn opens(address: &str) -> String {
    format!("The backup of {address}")
}
