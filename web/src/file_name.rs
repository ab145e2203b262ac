//! File names that are safe on every system. A persona's name is a person's own text and may hold anything.

/// Longest in characters, before what makes it unique.
const MAX_CHARACTERS: usize = 120;

/// Names that Windows gives to devices, whatever their ending.
const RESERVED: &[&str] = &[
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
    "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// The name with everything replaced that some system gives a meaning to.
pub(crate) fn clean(name: &str) -> String {
    let replaced: String = name
        .chars()
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            // Invisible characters that turn the reading direction around can disguise the ending of a name.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '_',
            character if character.is_control() => '_',
            character => character,
        })
        .take(MAX_CHARACTERS)
        .collect();
    let trimmed = replaced.trim_matches([' ', '.']);
    let stem = trimmed.split('.').next().unwrap_or_default().trim_end();
    if trimmed.is_empty() {
        "persona".to_owned()
    } else if RESERVED.iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    }
}

/// The name with a mark before its ending.
pub(crate) fn marked(name: &str, mark: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem} ({mark}).{ending}"),
        None => format!("{name} ({mark})"),
    }
}

/// The name, or the name with a number before its ending if it was given before.
pub(crate) fn unique(name: &str, taken: &mut Vec<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while taken
        .iter()
        .any(|other| lower_case(other) == lower_case(&candidate))
    {
        candidate = marked(name, &number.to_string());
        number += 1;
    }
    taken.push(candidate.clone());
    candidate
}

/// By the browser, whose tables of Unicode are there already: ours would weigh on every page.
#[cfg(target_arch = "wasm32")]
fn lower_case(name: &str) -> String {
    js_sys::JsString::from(name).to_lower_case().into()
}

/// Where there is no browser, for tests.
#[cfg(not(target_arch = "wasm32"))]
fn lower_case(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_controls_and_disguises_are_taken_out() {
        for (name, safe) in [
            ("Work keys.zip", "Work keys.zip"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\u{202e}gpj.exe", "a_gpj.exe"),
            ("con:\n", "con__"),
            (" . ", "persona"),
            ("", "persona"),
            ("con", "_con"),
            ("NUL.zip", "_NUL.zip"),
            ("console.zip", "console.zip"),
        ] {
            assert_eq!(clean(name), safe, "{name:?}");
        }
        assert_eq!(clean(&"x".repeat(500)).len(), MAX_CHARACTERS);
    }

    #[test]
    fn a_name_is_given_once() {
        let mut taken = Vec::new();
        assert_eq!(unique("a.zip", &mut taken), "a.zip");
        assert_eq!(unique("A.zip", &mut taken), "A (2).zip");
        assert_eq!(unique("a.zip", &mut taken), "a (3).zip");
        assert_eq!(unique("b", &mut taken), "b");
        assert_eq!(unique("Ä", &mut taken), "Ä");
        assert_eq!(unique("ä", &mut taken), "ä (2)");
    }
}
