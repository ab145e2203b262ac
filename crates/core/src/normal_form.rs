//! Texts in their normal form, here or by an engine.
//!
//! The tables of Unicode would be a good part of what a page loads, and most texts are ASCII, which is its own normal
//! form. So what people type can be read in steps, which ask an engine for a [`Job::NormalForm`] where they need the
//! tables. The engine answers by the functions that a program with tables calls itself.

#[cfg(feature = "matrix")]
use keyhaven_protocol::normal_form::nfd;
use keyhaven_protocol::{
    address::{Address, AddressError, TypedAddress},
    normal_form::nfc,
};
use zeroize::{Zeroize as _, Zeroizing};

use crate::archive::collision;
use crate::job::{Answer, Form, Job, JobError, NormalFormJob, Phase, Progress, Step};

/// Why a text that was typed was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// It is not what was asked for.
    #[error("the text is refused")]
    Refused(#[source] E),
    /// The engine gave no normal form.
    #[error("the normal form is missing")]
    Job(#[source] JobError),
}

/// As [`Address::parse`], for programs that leave the tables of Unicode to an engine. Asks for nothing if the address
/// is [plain](TypedAddress::plain).
pub fn read_address(typed: TypedAddress) -> Step<Address, ReadError<AddressError>> {
    if let Some(plain) = typed.plain() {
        return Step::Done(plain.map_err(ReadError::Refused));
    }
    ask(Form::Address, &typed.as_typed()).then(move |form| {
        Step::Done(form.map_err(ReadError::Job).and_then(|form| {
            let form = core::str::from_utf8(&form).map_err(|_| ReadError::Job(JobError::Engine))?;
            typed.with_normal_form(form).map_err(ReadError::Refused)
        }))
    })
}

/// UTF-8 of `text` in Unicode NFC.
pub(crate) fn compose(text: &str) -> Zeroizing<Vec<u8>> {
    if text.is_ascii() {
        return Zeroizing::new(text.as_bytes().to_vec());
    }
    // Reserved once, so that growing leaves no unwiped copy behind. NFC lengthens no text more than three times.
    let mut composed = Zeroizing::new(Vec::with_capacity(3 * text.len() + 4));
    for character in nfc(text) {
        let mut utf8 = [0; 4];
        composed.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
        utf8.zeroize();
    }
    composed
}

/// [`compose`], by an engine unless `text` is ASCII.
pub(crate) fn ask_composed(text: &str) -> Step<Zeroizing<Vec<u8>>, JobError> {
    if text.is_ascii() {
        return Step::Done(Ok(Zeroizing::new(text.as_bytes().to_vec())));
    }
    ask(Form::Composed, text)
}

/// What forgiving file systems compare of the paths in `text`, by an engine unless it is ASCII.
pub(crate) fn ask_folded(text: &str) -> Step<Zeroizing<Vec<u8>>, JobError> {
    if text.is_ascii() {
        return Step::Done(Ok(Zeroizing::new(collision::fold_ascii(text).into_bytes())));
    }
    ask(Form::Folded, text)
}

/// UTF-8 of `text` in Unicode NFD.
#[cfg(feature = "matrix")]
fn decompose(text: &str) -> Zeroizing<Vec<u8>> {
    // As for NFC; NFD lengthens no text more than four times, of which the longest characters give the least.
    let mut decomposed = Zeroizing::new(Vec::with_capacity(4 * text.len() + 4));
    for character in nfd(text) {
        let mut utf8 = [0; 4];
        decomposed.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
        utf8.zeroize();
    }
    decomposed
}

/// The answer to [`Job::NormalForm`].
pub(crate) fn answer(job: &NormalFormJob) -> Answer {
    let text = core::str::from_utf8(&job.text).map_err(|_| JobError::Engine)?;
    match job.form {
        Form::Composed => Ok(compose(text)),
        Form::Folded => Ok(compose(&collision::fold(text))),
        #[cfg(feature = "matrix")]
        Form::Decomposed => Ok(decompose(text)),
        Form::Address => {
            let typed = TypedAddress::parse(text).map_err(|_| JobError::Engine)?;
            Ok(Zeroizing::new(typed.normal_form().into_bytes()))
        }
    }
}

/// A normal form of `text`, by an engine.
pub(crate) fn ask(form: Form, text: &str) -> Step<Zeroizing<Vec<u8>>, JobError> {
    let job = Job::NormalForm(NormalFormJob {
        form,
        text: Zeroizing::new(text.as_bytes().to_vec()),
    });
    let progress = Progress {
        phase: Phase::NormalForm,
        done_bytes: 0,
        total_bytes: 0,
    };
    Step::ask(job, progress, Step::Done)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::job::run_in_software;

    fn read(typed: &str) -> Result<(String, String), ReadError<AddressError>> {
        let typed = TypedAddress::parse(typed).map_err(ReadError::Refused)?;
        run_in_software(read_address(typed)).map(texts)
    }

    fn parsed(typed: &str) -> Result<(String, String), ReadError<AddressError>> {
        Address::parse(typed).map(texts).map_err(ReadError::Refused)
    }

    fn texts(address: Address) -> (String, String) {
        (address.normalised().to_owned(), address.as_typed().to_owned())
    }

    #[test]
    fn an_address_is_the_same_one_read_by_jobs() {
        for typed in [
            " Ada@Example.org. ",
            "\u{c4}rzte@b\u{fc}cher.example",
            "A\u{308}rzte@BU\u{308}CHER.example",
            "a@xn--bcher-kva.example",
            "a@xn--",
            "\u{fc}@",
            "\u{fc}@exa mple.org",
            "\u{fc}@b..c",
            "@\u{fc}",
            &format!("{}@example.org", "\u{fc}".repeat(33)),
        ] {
            assert_eq!(read(typed), parsed(typed), "{typed:?}");
        }
    }

    #[test]
    fn an_engine_is_asked_only_for_an_address_that_is_not_plain() {
        let step = |typed| read_address(TypedAddress::parse(typed).unwrap());
        assert!(matches!(step("ada@example.org"), Step::Done(Ok(_))));
        assert!(matches!(step("ada@"), Step::Done(Err(_))));
        assert!(matches!(step("\u{e4}da@example.org"), Step::Ask(_)));
        assert!(matches!(step("ada@xn--bcher-kva"), Step::Ask(_)));
    }

    #[test]
    fn an_answer_that_is_no_normal_form_is_the_engines_fault() {
        let Step::Ask(question) = read_address(TypedAddress::parse("\u{e4}@b").unwrap()) else {
            panic!("an engine is asked");
        };
        let (_, waiting) = question.into_job();
        let Step::Done(result) = waiting.answer(Ok(Zeroizing::new(vec![0xff]))) else {
            panic!("nothing more is asked");
        };
        assert_eq!(result.unwrap_err(), ReadError::Job(JobError::Engine));
    }

    #[test]
    fn a_job_without_a_text_is_refused() {
        for (form, text) in [
            (Form::Composed, &[0xff][..]),
            (Form::Address, &[0xff]),
            (Form::Address, b"no address"),
        ] {
            let text = Zeroizing::new(text.to_vec());
            assert_eq!(answer(&NormalFormJob { form, text }), Err(JobError::Engine));
        }
    }

    #[test]
    fn composing_never_grows_its_buffer() {
        // U+1D160 is the character that NFC lengthens most.
        let typed = "\u{1d160}".repeat(80);
        let composed = compose(&typed);
        assert_eq!(composed.len(), 960);
        assert_eq!(composed.capacity(), 3 * typed.len() + 4);
    }

    proptest! {
        #[test]
        fn every_address_is_the_same_one_read_by_jobs(typed in "\\PC{0,12}@\\PC{0,12}(\\.[a-z]{2,3})?") {
            prop_assert_eq!(read(&typed), parsed(&typed));
        }

        #[test]
        fn every_text_is_composed_alike_by_jobs(text in any::<String>()) {
            prop_assert_eq!(run_in_software(ask_composed(&text)), Ok(compose(&text)));
        }
    }
}
