//! Every letter in English.

use keyhaven_storage::Timestamp;

use super::{Backup, News, Occasion, TakenBackBy, Wording};
use crate::clock::CivilTime;

const NEVER: &str =
    "We never ask for your recovery code, neither by mail nor on the page behind a link in a letter.";
const NOTHING_TO_DO: &str = "If it was you, there is nothing to do.";
const WAYS_BACK: &str = "After that, take the account back on the page for signing in, with your last password or with your recovery code:";
const WAIT: &str = "What was overwritten or deleted is kept for 30 days, and the operator of this service can bring it back. The freeze ends by itself after 14 days, or as soon as the operator lifts it; no password and no code does that. Set a new password then:";
const FREEZE: &str = "This was not me";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `21 November 2026 at 12:34 UTC`.
fn when(time: Timestamp) -> String {
    let CivilTime {
        year,
        month,
        day,
        hour,
        minute,
        ..
    } = CivilTime::of(time);
    let month = MONTHS
        .get(usize::from(month).saturating_sub(1))
        .copied()
        .unwrap_or_default();
    format!("{day} {month} {year} at {hour:02}:{minute:02} UTC")
}

/// The letter about this news of the service of this name.
pub(super) fn wording<'a>(news: &'a News, name: &str) -> Wording<'a> {
    let address = news.address.as_str();
    let at = when(news.at);
    let letter = match &news.occasion {
        Occasion::ResetAsked { reset } => Wording::new(
            format!("Set a new password for your {name} account"),
            "The link works for 30 minutes. Nothing changes until you use it.",
        )
        .text(reset_asked(name, address, &at))
        .text("To set it, open this link within 30 minutes:")
        .main("Set a new password", reset)
        .text("Nothing changes until you use the link and choose a password. The link works once.")
        .text(match news.backup {
            Backup::Locked => "A new password lets you sign in. It does not unlock your backup: for that you need your recovery code or your old password. Your backup stays as it is until you have one of them.",
            Backup::Open => "A new password lets you sign in and read what you stored.",
        })
        .text("If it was not you, do nothing: your password stays as it is. If such letters keep coming, somebody knows your address and no more."),
        Occasion::ResetOfUnconfirmedAsked { reset } => Wording::new(
            format!("Set a password for a new {name} account"),
            "The link works for 30 minutes and makes a new, empty account.",
        )
        .text(reset_asked(name, address, &at))
        .text("Nobody has confirmed yet that this address is theirs, so whoever signed up may have been somebody else. The link below therefore makes a new and empty account for you. It opens nothing that was stored under this address before; that is put aside and removed after 30 days.")
        .text("If you signed up yourself and stored something, do not use this link. Open the letter that came when you signed up, confirm your address, and ask for a new password again.")
        .text("To make the new account, open this link within 30 minutes:")
        .main("Set a password", reset)
        .text("Nothing changes until you use the link and choose a password. The link works once. If it was not you, do nothing."),
        Occasion::ResetWhileFrozen { until } => {
            let letter = Wording::new(
                format!("Your {name} account is frozen: no password is set by mail"),
                "Somebody asked for a new password. What you can do instead.",
            )
            .text(reset_asked(name, address, &at))
            .text("The account is frozen, and while it is, no password is set by mail. Nothing was changed.")
            .text(lifted_by(*until));
            match until {
                None => letter
                    .text("If you forgot your password, set a new one with your recovery code on the page for signing in. That needs no mail, and lifts the freeze too:")
                    .main("Go to the page for signing in", &news.sign_in),
                Some(_) => letter
                    .text("If you forgot your password, ask for a new one after that:")
                    .main("Ask for a new password", &news.ask_for_reset),
            }
            .text("If it was not you, do nothing.")
        }
        Occasion::SignUpTaken => Wording::new(
            format!("You already have a {name} account"),
            "Somebody tried to sign up with your address. Nothing was changed.",
        )
        .text(format!("Somebody, perhaps you, tried to create a {name} account for {address} on {at}."))
        .text("You have an account already, and nothing was changed.")
        .text("If it was you, sign in as usual. If you forgot your password, ask for a new one here:")
        .main("Ask for a new password", &news.ask_for_reset)
        .text("If it was not you, do nothing: nobody learned that you have an account."),
        Occasion::SignedUp { confirm, until } => Wording::new(
            format!("Confirm your address for {name}"),
            format!("Without a confirmation the account is removed on {}.", when(*until)),
        )
        .text(format!("Somebody, perhaps you, created a {name} account for {address} on {at}."))
        .text("If it was you, confirm that this is your address:")
        .main("Confirm this address", confirm)
        .text(format!("Until then the account holds 1 MiB at most. Without a confirmation it is removed on {}, with everything that is stored in it.", when(*until)))
        .text("If it was not you, do nothing, and please do not confirm: somebody else would then have an account with your address. Or take the address for yourself by asking for a password of your own. What the other person stored is not shown to you; it is put aside and removed:")
        .side("Take the address", &news.ask_for_reset),
        Occasion::PasswordChanged => Wording::new(
            format!("The password of your {name} account was changed"),
            format!("On {at}. Every device was signed out."),
        )
        .text(format!("The password of the {name} account {address} was changed on {at}, by somebody who knew the password before it. Every device was signed out."))
        .text("If you had just signed in and your password still works, it is the same one: the app has renewed how it is protected.")
        .text(NOTHING_TO_DO),
        Occasion::PasswordReset => Wording::new(
            format!("A new password was set for your {name} account"),
            format!("By a mailed link, on {at}. Every device was signed out."),
        )
        .text(format!("A new password was set for the {name} account {address} on {at}, by a link in a letter to this mailbox. Every device was signed out."))
        .text(match news.backup {
            Backup::Locked => "Whoever set it can sign in. Your backup stays locked for them: the new password unlocks nothing, and nothing can be overwritten or deleted until it is unlocked with the recovery code or the old password.",
            Backup::Open => "Whoever set it can sign in and read what is stored. What is overwritten or deleted can be brought back for 30 days.",
        })
        .text(NOTHING_TO_DO),
        Occasion::PasswordPutBack { until } => Wording::new(
            format!("The last password of your {name} account was put back in force"),
            format!("On {at}. Every device was signed out."),
        )
        .text(format!("On {at} somebody who knows the last password of the {name} account {address} put it back in force, in place of the present one. Every device was signed out."))
        .text_if(until.map(|until| format!("Two people may now claim this account, so it is disputed: everything can be read, nothing can be overwritten, deleted or changed. Signing in and entering the recovery code ends that at once. Otherwise it ends on {}.", when(until))))
        .text(NOTHING_TO_DO),
        Occasion::RecoveredByCode => Wording::new(
            format!("Your {name} account was recovered with the recovery code"),
            format!("A new password was set on {at}. Every device was signed out."),
        )
        .text(format!("On {at} somebody set a new password for the {name} account {address} with its recovery code. Every device was signed out."))
        .text(NOTHING_TO_DO)
        .text("If it was not you, somebody has your recovery code and can read your backup. Then make a new recovery code as soon as you are back in."),
        Occasion::NewRecoveryCode { former_until: None } => Wording::new(
            format!("Your {name} account has a new recovery code"),
            format!("Since {at}. The code before it opens nothing any more."),
        )
        .text(format!("The {name} account {address} has a new recovery code since {at}, made by somebody who had the code before it. That one opens nothing any more: throw it away."))
        .text(NOTHING_TO_DO),
        Occasion::NewRecoveryCode { former_until: Some(until) } => Wording::new(
            format!("Your {name} account has a new recovery code"),
            format!("Since {at}. The code before it opens nothing any more, and can still settle a dispute until {}.", when(*until)),
        )
        .text(format!("The {name} account {address} has a new recovery code since {at}. It was made without entering the code before it."))
        .text(format!("If it was you, there is nothing to do. Use the new code; the one before it opens nothing any more. Only to settle a dispute about the account, or to delete it at once, is the one before it needed until {}.", when(*until)))
        .text(format!("If it was not you, somebody knows your password. Keep the code that you have: until {} it is the one that counts. Sign in, change your password, and make a new recovery code, entering the one that you have. If you cannot sign in, put your last password back in force on the page for signing in and enter the code that you have: it is in force again then, and the other one opens nothing.", when(*until))),
        Occasion::NewBackupKey => Wording::new(
            format!("Your {name} account has a new backup key"),
            format!("Since {at}. The recovery code before it opens nothing any more."),
        )
        .text(format!("The backup key of the {name} account {address} was replaced on {at}, and with it the recovery code. Whoever had the old key or the old code reads nothing that is stored from now on; what they read before, they may have kept. Every other device was signed out."))
        .text(NOTHING_TO_DO),
        Occasion::AddressChangeAsked {
            confirm,
            new_address,
            until,
        } => {
            let letter = Wording::new(
                format!("Your {name} account is to move to another address"),
                "Both addresses must confirm it. Nothing has changed yet.",
            )
            .text(format!("On {at} somebody who knows your password asked to move the {name} account {address} to the address {new_address}."))
            .text(format!("Nothing has changed yet. It happens only if both addresses confirm it by {}.", when(*until)));
            match confirm {
                Some(confirm) => letter
                    .text("If it was you, confirm it for the present address:")
                    .main("Confirm the change", confirm),
                None => letter.text("That is no longer possible: it was taken back, or something else about the account has changed since."),
            }
        }
        Occasion::NewAddressAsked { confirm, until } => {
            let letter = Wording::new(
                format!("Confirm this address for a {name} account"),
                "Nothing has changed yet. If it was not you, do nothing.",
            )
            .text(format!("On {at} somebody, perhaps you, asked to move a {name} account to the address {address}."));
            match confirm {
                Some(confirm) => letter
                    .text(format!("If it was you, confirm that this is your address by {}. The present address must confirm too:", when(*until)))
                    .main("Confirm this address", confirm),
                None => letter.text("That is no longer possible: it was taken back, or something else about the account has changed since."),
            }
            .text("If it was not you, do nothing: without your confirmation nothing happens.")
        }
        Occasion::TakenAddressAsked => Wording::new(
            format!("Somebody asked to move a {name} account to your address"),
            "You have an account already. Nothing was changed, and nothing can be.",
        )
        .text(format!("On {at} somebody asked to move another {name} account to the address {address}."))
        .text("You have an account with this address, so this cannot happen. Nothing was changed, and there is nothing to do. If it was you, delete one of the two accounts first."),
        Occasion::MovedAway { new_address } => Wording::new(
            format!("Your {name} account has moved to another address"),
            format!("Since {at} its address is {new_address}."),
        )
        .text(format!("The {name} account {address} has moved: since {at} its address is {new_address}. Both addresses confirmed it. Every device was signed out; sign in with the new address from now on."))
        .text(NOTHING_TO_DO),
        Occasion::MovedHere => Wording::new(
            format!("Your {name} account now has this address"),
            format!("Since {at}. Sign in with it from now on."),
        )
        .text(format!("Your {name} account has moved: since {at} its address is {address}. Both addresses confirmed it. Every device was signed out; sign in with this address from now on."))
        .text(NOTHING_TO_DO),
        Occasion::Frozen { until } => {
            let letter = Wording::new(
                format!("Your {name} account is frozen"),
                "Everything is kept. What is possible now, and how to lift it.",
            )
            .text(format!("The {name} account {address} was frozen on {at}. Every device was signed out."))
            .text("What is stored stays. It can be read; nothing can be overwritten, deleted or changed, and no password is set by mail.")
            .text(lifted_by(*until));
            match until {
                None => letter.main("Go to the page for signing in", &news.sign_in),
                Some(_) => letter
                    .text("Set a new password then:")
                    .main("Ask for a new password", &news.ask_for_reset),
            }
            .text("If it was not you, somebody reads your mailbox: change the password of your mail first.")
        }
        Occasion::Lifted => {
            let letter = Wording::new(
                format!("Your {name} account is no longer frozen"),
                format!("Since {at}. Links in older letters no longer freeze it."),
            );
            match news.backup {
                Backup::Locked => letter
                    .text(format!("The {name} account {address} is no longer frozen since {at}: the backup was unlocked, or the operator of this service lifted it. Links in older letters no longer freeze it."))
                    .text(NOTHING_TO_DO)
                    .text("If it was not you, somebody can unlock your backup. Sign in, and make a new recovery code and a new password:")
                    .main("Go to the page for signing in", &news.sign_in),
                Backup::Open => letter
                    .text(format!("The {name} account {address} is no longer frozen since {at}: the operator of this service lifted it. Links in older letters no longer freeze it."))
                    .text("If you did not ask for that, write to whoever runs this service. If somebody else may know your password, set a new one:")
                    .main("Ask for a new password", &news.ask_for_reset),
            }
        }
        Occasion::DisputeDecided => Wording::new(
            format!("Your {name} account is no longer disputed"),
            format!("On {at} the recovery code decided it."),
        )
        .text(format!("Two people claimed the {name} account {address}. On {at} one of them signed in and entered the recovery code, which decides. The other one's password is void, and everything is possible again."))
        .text(NOTHING_TO_DO)
        .text("If it was not you, somebody has your recovery code and can read your backup. Write to whoever runs this service."),
        Occasion::DeletionAsked { until, by } => Wording::new(
            format!("Your {name} account is going to be deleted"),
            format!("On {}. Until then it can be taken back.", when(*until)),
        )
        .text(format!("On {at} somebody who knows its password, or the operator of this service, deleted the {name} account {address}."))
        .text(format!("It is removed with everything in it on {}. Until then it can still be read. {}", when(*until), match by {
            TakenBackBy::Owner => "Whoever signs in can take the deletion back.",
            TakenBackBy::Operator => "Your app cannot take the deletion back: until then, ask the operator of this service to do it.",
        }))
        .text(NOTHING_TO_DO),
        Occasion::DeletionTakenBack => Wording::new(
            format!("Your {name} account is not going to be deleted"),
            format!("That was taken back on {at}."),
        )
        .text(format!("The deletion of the {name} account {address} was taken back on {at}. Everything is there as before."))
        .text(NOTHING_TO_DO),
        Occasion::AccountRemoved => Wording::new(
            format!("Your {name} account was removed"),
            format!("On {at}, with everything that was stored in it."),
        )
        .text(format!("The {name} account {address} was removed on {at}, with everything that was stored in it, as was asked for with its password or decided by the operator of this service. Nobody can bring it back."))
        .text("You are welcome to sign up again at any time."),
    };
    closing(letter, news, name)
}

/// What every letter ends with: the way to say no, and what we never do.
fn closing<'a>(letter: Wording<'a>, news: &'a News, name: &str) -> Wording<'a> {
    let letter = match &news.freeze {
        Some(freeze) => {
            let letter = letter
                .text("If it was not you, freeze the account. Everything is kept then; nobody can overwrite, delete or change anything, no password is set by mail, and every device is signed out. The page behind this link asks before it does anything. The link works once, for 14 days:")
                .side(FREEZE, freeze);
            match news.backup {
                Backup::Locked => letter
                    .text(WAYS_BACK)
                    .side("Go to the page for signing in", &news.sign_in),
                Backup::Open => letter
                    .text(WAIT)
                    .side("Ask for a new password", &news.ask_for_reset),
            }
        }
        None => letter,
    };
    letter.text(NEVER).small(format!(
        "{name} sent this letter to {} because it is about an account with this address.",
        news.address
    ))
}

fn reset_asked(name: &str, address: &str, at: &str) -> String {
    format!("Somebody, perhaps you, asked to set a new password for the {name} account {address} on {at}.")
}

fn lifted_by(until: Option<Timestamp>) -> String {
    match until {
        None => {
            "To lift it, sign in and enter your recovery code, or unlock your backup and say that it was you."
                .to_owned()
        }
        Some(until) => format!(
            "It is lifted by itself on {}, or before that by the operator of this service: ask them, and say why.",
            when(until)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_out() {
        assert_eq!(when(Timestamp(1_795_264_496)), "21 November 2026 at 12:34 UTC");
    }
}
