//! How a mail server is told an address.

use keyhaven_protocol::address::Address;
use lettre::message::Mailbox;

/// Reads what a person typed; `None` for what is no address, or one that no letter can be sent to. Whoever has such a one would never
/// hear of anything that happens to the account, nor confirm it.
pub(crate) fn mailable(typed: &str) -> Option<Address> {
    Address::parse(typed)
        .ok()
        .filter(|address| mailbox(address).is_some())
}

/// As typed; else in the normal form, whose domain is ASCII; else with the local part in quotation marks, which hold dots in a row
/// and whatever else means something outside of them (RFC 5321, 4.1.2): the mailbox is the same.
pub(super) fn mailbox(address: &Address) -> Option<Mailbox> {
    let forms = [address.as_typed(), address.normalised()];
    let plain = forms.into_iter().map(str::to_owned);
    let quoted = forms.into_iter().filter_map(quoted);
    let email = plain.chain(quoted).find_map(|form| form.parse().ok())?;
    Some(Mailbox::new(None, email))
}

fn quoted(form: &str) -> Option<String> {
    let (local, domain) = form.rsplit_once('@')?;
    let local = local.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{local}\"@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &str) -> Option<String> {
        let address = Address::parse(typed).expect("an address");
        mailbox(&address).map(|mailbox| mailbox.email.to_string())
    }

    #[test]
    fn most_are_told_as_they_were_typed() {
        for typed in ["Carol@Example.org", "carol+keys@example.org", "jörg@example.org"] {
            assert_eq!(told(typed).as_deref(), Some(typed));
        }
    }

    #[test]
    fn what_phone_companies_gave_out_is_quoted() {
        for (typed, quoted) in [
            ("taro..yamada@example.jp", "\"taro..yamada\"@example.jp"),
            ("taro.@example.jp", "\"taro.\"@example.jp"),
            ("a,b@example.org", "\"a,b\"@example.org"),
            ("a\"b@example.org", "\"a\\\"b\"@example.org"),
        ] {
            assert_eq!(told(typed).as_deref(), Some(quoted));
            assert!(mailable(typed).is_some());
        }
    }

    #[test]
    fn what_no_letter_reaches_is_no_address_to_sign_up_with() {
        for typed in ["carol@-example.org", "carol", ""] {
            assert!(mailable(typed).is_none(), "{typed}");
        }
    }
}
