//! Where a file of an archive belongs.

use core::fmt;

use keyhaven_protocol::normal_form::nfc;
use zeroize::Zeroizing;

use super::collision;
use crate::{
    job::{JobError, Step},
    normal_form::{ReadError, ask_composed, ask_folded},
};

/// Longest path in bytes.
pub const PATH_MAX_BYTES: usize = 1024;

/// Why a text is not a path of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchivePathError {
    /// No name at all, or an empty part.
    #[error("the path has an empty part")]
    Empty,
    /// Longer than [`PATH_MAX_BYTES`].
    #[error("the path is too long")]
    TooLong,
    /// Would lead out of the folder: absolute, with a drive, or with `.` or `..`.
    #[error("the path leads out of its folder")]
    Escapes,
    /// A character that means something else on another system or is none in names there: a backslash, a colon, one of
    /// `< > " | ? *`, a control character, or one that turns the direction of writing and so hides what a name is.
    #[error("the path has a character that is not safe everywhere")]
    Character,
    /// A name that Windows keeps for a device, or that ends with a dot or a space, which Windows takes away.
    #[error("the path has a name that not every system can have")]
    Reserved,
}

/// A relative path in Unicode NFC that stays below the folder it is unpacked to, on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchivePath {
    path: String,
    /// What forgiving file systems compare: see [`collision::fold`].
    folded: String,
}

/// Between paths that are normalised together. No path has it, and nothing composes with it.
const JOINT: char = '\n';

impl ArchivePath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`ArchivePathError`].
    pub fn parse(text: &str) -> Result<Self, ArchivePathError> {
        check_len(text)?;
        let path = checked(nfc(text).collect())?;
        let folded = nfc(&collision::fold(&path)).collect();
        Ok(Self { path, folded })
    }

    /// As [`Self::parse`] for each of `texts`, for programs that leave the tables of Unicode to an engine. Asks for
    /// nothing if all are ASCII.
    pub fn read_all<'text>(
        texts: impl IntoIterator<Item = &'text str>,
    ) -> Step<Vec<Self>, ReadError<ArchivePathError>> {
        match joined(texts) {
            Err(error) => Step::Done(Err(ReadError::Refused(error))),
            Ok((count, joined)) => {
                ask_composed(&joined).then(move |form| match parted(count, form).and_then(check_each) {
                    Err(error) => Step::Done(Err(error)),
                    Ok(paths) => fold_each(paths),
                })
            }
        }
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// What is equal for two paths that some file system does not keep apart.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}

/// How many texts there are, and all of them with a joint behind each.
fn joined<'text>(texts: impl IntoIterator<Item = &'text str>) -> Result<(usize, String), ArchivePathError> {
    let mut all = String::new();
    let mut count = 0;
    for text in texts {
        check_len(text)?;
        if text.contains(JOINT) {
            return Err(ArchivePathError::Character);
        }
        all.push_str(text);
        all.push(JOINT);
        count += 1;
    }
    Ok((count, all))
}

/// The `count` texts that an engine gave back, with a joint behind each.
fn parted(
    count: usize,
    form: Result<Zeroizing<Vec<u8>>, JobError>,
) -> Result<Vec<String>, ReadError<ArchivePathError>> {
    let form = form.map_err(ReadError::Job)?;
    let form = core::str::from_utf8(&form).map_err(|_| ReadError::Job(JobError::Engine))?;
    let texts: Vec<String> = form.split_terminator(JOINT).map(str::to_owned).collect();
    if texts.len() != count {
        return Err(ReadError::Job(JobError::Engine));
    }
    Ok(texts)
}

fn check_each(paths: Vec<String>) -> Result<Vec<String>, ReadError<ArchivePathError>> {
    let checked: Result<_, _> = paths.into_iter().map(checked).collect();
    checked.map_err(ReadError::Refused)
}

fn fold_each(paths: Vec<String>) -> Step<Vec<ArchivePath>, ReadError<ArchivePathError>> {
    let mut joined = String::new();
    for path in &paths {
        joined.push_str(path);
        joined.push(JOINT);
    }
    ask_folded(&joined).map_result(move |form| {
        let folded = parted(paths.len(), form)?;
        let pairs = paths.into_iter().zip(folded);
        Ok(pairs.map(|(path, folded)| ArchivePath { path, folded }).collect())
    })
}

const fn check_len(text: &str) -> Result<(), ArchivePathError> {
    if text.len() > PATH_MAX_BYTES {
        return Err(ArchivePathError::TooLong);
    }
    Ok(())
}

/// The path, if it stays below its folder.
fn checked(path: String) -> Result<String, ArchivePathError> {
    check_len(&path)?;
    if path.starts_with('/') {
        return Err(ArchivePathError::Escapes);
    }
    if path.chars().any(is_unsafe) {
        return Err(ArchivePathError::Character);
    }
    for part in path.split('/') {
        match part {
            "" => return Err(ArchivePathError::Empty),
            "." | ".." => return Err(ArchivePathError::Escapes),
            name if is_reserved(name) => return Err(ArchivePathError::Reserved),
            _ => {}
        }
    }
    Ok(path)
}

/// Names of files are the person's: `Debug` shows the length only.
impl fmt::Debug for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArchivePath({} bytes)", self.path.len())
    }
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether Windows would open a device by this name, whatever stands behind its first dot, or write another one
/// (Microsoft, "Naming Files, Paths, and Namespaces").
fn is_reserved(name: &str) -> bool {
    if name.ends_with(['.', ' ']) {
        return true;
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is = |device: &str| stem.eq_ignore_ascii_case(device);
    let is_numbered = |device: &str| {
        stem.split_at_checked(device.len())
            .is_some_and(|(start, number)| {
                start.eq_ignore_ascii_case(device)
                    && matches!(number.as_bytes(), [b'0'..=b'9'] | [0xc2, 0xb9 | 0xb2 | 0xb3])
            })
    };
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
        .into_iter()
        .any(is)
        || ["com", "lpt"].into_iter().any(is_numbered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::job::run_in_software;

    #[test]
    fn paths_below_the_folder_are_read() {
        for text in [
            "a",
            "keyring/secrets.json",
            "subkey(1).json",
            "b\u{fc}cher/\u{4f8b}.txt",
            "..a/.b",
            "a b",
            "console/nul1/com/com10/lpt.d/auxiliary",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        ] {
            assert_eq!(
                ArchivePath::parse(text).map(|path| path.path),
                Ok(text.to_owned())
            );
        }
        assert_eq!(
            ArchivePath::parse("u\u{308}").map(|path| path.path),
            Ok("\u{fc}".to_owned())
        );
    }

    #[test]
    fn the_longest_path_is_read() {
        let longest = "a".repeat(PATH_MAX_BYTES);
        let read = ArchivePath::parse(&longest).map(|path| path.as_str().to_owned());
        assert_eq!(read, Ok(longest));
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused_by_name() {
        for (text, error) in [
            ("", ArchivePathError::Empty),
            ("a//b", ArchivePathError::Empty),
            ("a/", ArchivePathError::Empty),
            ("/etc/passwd", ArchivePathError::Escapes),
            ("..", ArchivePathError::Escapes),
            ("a/../../b", ArchivePathError::Escapes),
            ("./a", ArchivePathError::Escapes),
            ("C:\\a", ArchivePathError::Character),
            ("a\\..\\b", ArchivePathError::Character),
            ("a:b", ArchivePathError::Character),
            ("a\0b", ArchivePathError::Character),
            ("what?", ArchivePathError::Character),
            ("a\u{202e}txt.exe", ArchivePathError::Character),
            ("CON", ArchivePathError::Reserved),
            ("a/nul.txt/b", ArchivePathError::Reserved),
            ("Aux .tar.gz", ArchivePathError::Reserved),
            ("conout$", ArchivePathError::Reserved),
            ("lpt1", ArchivePathError::Reserved),
            ("COM\u{b9}.key", ArchivePathError::Reserved),
            ("a./b", ArchivePathError::Reserved),
            ("a/b ", ArchivePathError::Reserved),
            ("...", ArchivePathError::Reserved),
            (&"a".repeat(PATH_MAX_BYTES + 1), ArchivePathError::TooLong),
        ] {
            assert_eq!(ArchivePath::parse(text), Err(error), "{text:?}");
        }
    }

    fn read_all(texts: &[&str]) -> Result<Vec<ArchivePath>, ReadError<ArchivePathError>> {
        run_in_software(ArchivePath::read_all(texts.iter().copied()))
    }

    #[test]
    fn paths_are_the_same_ones_read_by_jobs() {
        let texts = [
            "a/b",
            "u\u{308}/A\u{308}",
            "\u{301}begins with an accent",
            "Stra\u{df}e",
            "\u{ad}",
            "\u{130}",
            // They compose only once they are folded.
            "a\u{200d}\u{308}",
            "\u{17f}\u{323}",
            "\u{645}\u{6cc}\u{200c}\u{62e}",
        ];
        let parsed: Vec<_> = texts
            .iter()
            .map(|text| ArchivePath::parse(text).unwrap())
            .collect();
        let read = read_all(&texts).unwrap();
        assert_eq!(read, parsed);
        let folded = |paths: &[ArchivePath]| paths.iter().map(|path| path.folded.clone()).collect::<Vec<_>>();
        assert_eq!(folded(&read), folded(&parsed));
        assert_eq!(read_all(&[]), Ok(Vec::new()));
    }

    #[test]
    fn one_bad_path_of_many_refuses_them_all() {
        for (text, error) in [
            ("", ArchivePathError::Empty),
            ("a\nb", ArchivePathError::Character),
            ("\u{fc}/..", ArchivePathError::Escapes),
            ("\u{fc}\u{202e}", ArchivePathError::Character),
            (
                &"\u{1d160}".repeat(PATH_MAX_BYTES / 10),
                ArchivePathError::TooLong,
            ),
        ] {
            let read = read_all(&["good", text, "\u{fc}"]);
            assert_eq!(read, Err(ReadError::Refused(error)), "{text:?}");
            assert_eq!(ArchivePath::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn an_engine_is_asked_only_where_a_path_is_not_ascii() {
        assert!(matches!(ArchivePath::read_all(["a", "B/c"]), Step::Done(Ok(_))));
        assert!(matches!(ArchivePath::read_all(["a", "\u{fc}"]), Step::Ask(_)));
    }

    #[test]
    fn an_answer_with_another_number_of_paths_is_the_engines_fault() {
        let Step::Ask(question) = ArchivePath::read_all(["\u{fc}", "b"]) else {
            panic!("an engine is asked");
        };
        let (_, waiting) = question.into_job();
        let Step::Done(read) = waiting.answer(Ok(b"u\n".to_vec().into())) else {
            panic!("nothing more is asked");
        };
        assert_eq!(read, Err(ReadError::Job(JobError::Engine)));
    }

    proptest! {
        #[test]
        fn every_path_is_the_same_one_read_by_jobs(text in "[\\PC/]{0,12}") {
            let parsed = ArchivePath::parse(&text).map(|path| (path.path, path.folded));
            let read = read_all(&[text.as_str(), "a"]).map(|mut paths| paths.remove(0));
            prop_assert_eq!(read.map(|path| (path.path, path.folded)), parsed.map_err(ReadError::Refused));
        }
    }
}
