//! Source with every mutant in it, each behind a switch.
//!
//! The body of a function with mutants becomes a `match` on the number of the mutant that is on: an arm for each of its mutants,
//! with the whole body as that mutant has it, and one for the body as it is.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::functions::{self, Function};
use crate::mutant::Mutant;

/// The variable that says which mutant is on, by its number; without it, none is.
pub(crate) const VARIABLE: &str = "KEYHAVEN_MUTANT";

/// What is added to the root of the crate.
pub(crate) const ROOT: &str = r#"
#[doc(hidden)]
pub fn __mutant() -> u32 {
    static ON: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *ON.get_or_init(|| std::env::var("KEYHAVEN_MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0))
}
"#;

/// One file with its switches, and where each mutant stands in it.
#[derive(Debug)]
pub(crate) struct Switched {
    pub(crate) source: String,
    arms: Vec<(Range<usize>, u32)>,
}

impl Switched {
    /// The mutant whose arm holds `byte` of the source.
    pub(crate) fn mutant_at(&self, byte: usize) -> Option<u32> {
        self.arms
            .iter()
            .find(|(arm, _)| arm.contains(&byte))
            .map(|&(_, number)| number)
    }
}

/// Which of the numbered `mutants` of `source` can stand behind a switch.
///
/// # Errors
/// When `source` is not Rust.
pub(crate) fn switchable(source: &str, mutants: &[(u32, &Mutant)]) -> anyhow::Result<Vec<u32>> {
    let functions = functions::find(source)?;
    Ok(mutants
        .iter()
        .filter(|(_, mutant)| {
            function_of(&functions, source, mutant).is_some_and(|function| function.switchable)
        })
        .map(|&(number, _)| number)
        .collect())
}

/// Puts the numbered `mutants` into `source`, all of which are `switchable`.
///
/// # Errors
/// When `source` is not Rust.
pub(crate) fn put_in(source: &str, mutants: &[(u32, &Mutant)]) -> anyhow::Result<Switched> {
    let functions = functions::find(source)?;

    let mut switched = Switched {
        source: String::new(),
        arms: Vec::new(),
    };
    let mut copied = 0;
    for Function { body, .. } in functions {
        let inside: Vec<_> = mutants
            .iter()
            .filter(|(_, mutant)| is_in(&body, source, mutant))
            .collect();
        if inside.is_empty() {
            continue;
        }
        switched.source += &source[copied..body.start];
        switched.source += "{ match crate::__mutant() {\n";
        for (number, mutant) in inside {
            let Some(mutated) = replaced(source, &body, mutant) else {
                continue;
            };
            let _ = write!(switched.source, "{number} => ");
            let start = switched.source.len();
            switched.source += &mutated;
            switched.arms.push((start..switched.source.len(), *number));
            switched.source.push('\n');
        }
        switched.source += "_ => ";
        switched.source += &source[body.clone()];
        switched.source += "\n} }";
        copied = body.end;
    }
    switched.source += &source[copied..];
    Ok(switched)
}

/// `source` with nothing but `mutant` in it.
pub(crate) fn alone(source: &str, mutant: &Mutant) -> Option<String> {
    replaced(source, &(0..source.len()), mutant)
}

/// The `part` of `source`, with `mutant` in it.
fn replaced(source: &str, part: &Range<usize>, mutant: &Mutant) -> Option<String> {
    let span = mutant.span.bytes(source)?;
    let before = source.get(part.start..span.start)?;
    let after = source.get(span.end..part.end)?;
    Some(format!("{before}{}{after}", mutant.replacement))
}

fn function_of<'f>(functions: &'f [Function], source: &str, mutant: &Mutant) -> Option<&'f Function> {
    functions
        .iter()
        .find(|function| is_in(&function.body, source, mutant))
}

fn is_in(body: &Range<usize>, source: &str, mutant: &Mutant) -> bool {
    let span = mutant.span.bytes(source);
    span.is_some_and(|span| body.start <= span.start && span.end <= body.end)
}

/// Mutants by the file that they are in, with their numbers, which begin with 1.
pub(crate) fn by_file(mutants: &[Mutant]) -> HashMap<&str, Vec<(u32, &Mutant)>> {
    let mut files: HashMap<&str, Vec<(u32, &Mutant)>> = HashMap::new();
    for (number, mutant) in (1..).zip(mutants) {
        files.entry(&mutant.file).or_default().push((number, mutant));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutant::{Position, Span};

    const SOURCE: &str = "fn sum(a: u32, b: u32) -> u32 { /* ü */ a + b }\nconst fn two() -> u32 { 1 + 1 }\n";

    fn mutant(line: usize, columns: (usize, usize), replacement: &str) -> Mutant {
        let position = |column| Position { line, column };
        Mutant {
            name: String::from("a mutant"),
            file: String::from("src/lib.rs"),
            span: Span {
                start: position(columns.0),
                end: position(columns.1),
            },
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn each_mutant_has_an_arm_of_its_own_beside_the_body_as_it_is() {
        let minus = mutant(1, (43, 44), "-");
        let zero = mutant(1, (33, 46), "0");
        let switched = put_in(SOURCE, &[(7, &minus), (9, &zero)]).unwrap();
        let arms: Vec<_> = switched
            .source
            .lines()
            .filter(|line| line.contains("=>"))
            .collect();
        assert_eq!(
            arms,
            ["7 => { /* ü */ a - b }", "9 => { 0 }", "_ => { /* ü */ a + b }"]
        );
        assert!(switched.source.ends_with("const fn two() -> u32 { 1 + 1 }\n"));

        let arm = switched.source.find("a - b").unwrap();
        assert_eq!(switched.mutant_at(arm), Some(7));
        assert_eq!(switched.mutant_at(switched.source.find("a + b").unwrap()), None);
    }

    #[test]
    fn a_function_that_is_asked_while_compiling_has_no_switch() {
        let minus = mutant(1, (43, 44), "-");
        let constant = mutant(2, (27, 28), "-");
        assert_eq!(switchable(SOURCE, &[(1, &minus), (2, &constant)]).unwrap(), [1]);
        assert_eq!(
            alone(SOURCE, &constant).unwrap(),
            SOURCE.replace("1 + 1", "1 - 1")
        );
    }

    #[test]
    fn bodies_that_would_have_two_types_have_no_switch() {
        let source = "fn all() -> Vec<u32> { vec![1] }\nfn each() -> Option<impl Iterator<Item = u32>> { Some(0..1) }\n";
        let vector = mutant(1, (24, 31), "vec![]");
        let iterator = mutant(2, (50, 60), "None");
        assert_eq!(switchable(source, &[(1, &vector), (2, &iterator)]).unwrap(), [1]);
    }
}
