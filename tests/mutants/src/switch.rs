//! Source with every mutant in it, each behind a switch.
//!
//! The body of a function with mutants becomes a `match` on the number of the mutant that is on: an arm for each of its mutants,
//! with the whole body as that mutant has it, and one for the body as it is.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::ops::Range;

use crate::functions::{self, Function};
use crate::mutant::Mutant;

/// The variable that says which mutant is on, by its number; without it, none is.
pub(crate) const VARIABLE: &str = "KEYHAVEN_MUTANT";
/// The variable that names a file: the switches that are reached are written there, a line for each.
pub(crate) const REACHED: &str = "KEYHAVEN_MUTANT_REACHED";

/// What is added to the root of the crate to find out what the compiler refuses: functions stay as constant as they are.
pub(crate) const CONSTANT_ROOT: &str = r"
#[doc(hidden)]
pub const fn __mutant(_switch: usize) -> u32 {
    0
}
";

/// What is added to the root of the crate to run it, with `mutants` in it.
pub(crate) fn running_root(mutants: usize) -> String {
    format!(
        r#"
#[doc(hidden)]
pub fn __mutant(switch: usize) -> u32 {{
    use std::io::Write as _;
    use std::sync::atomic::{{AtomicBool, Ordering}};
    static ON: std::sync::OnceLock<(u32, Option<std::fs::File>)> = std::sync::OnceLock::new();
    static SEEN: [AtomicBool; {size}] = [const {{ AtomicBool::new(false) }}; {size}];
    let (on, reached) = ON.get_or_init(|| {{
        let on = std::env::var("{VARIABLE}").ok().and_then(|number| number.parse().ok());
        let reached = std::env::var_os("{REACHED}").map(|path| {{
            std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap()
        }});
        (on.unwrap_or(0), reached)
    }});
    if let Some(mut file) = reached.as_ref() {{
        if !SEEN[switch].swap(true, Ordering::Relaxed) {{
            writeln!(file, "{{switch}}").unwrap();
        }}
    }}
    *on
}}
"#,
        size = mutants + 1
    )
}

/// How the functions are treated that may be asked while compiling.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Constness<'s> {
    /// They stay so.
    Kept,
    /// They are functions like any other, but for those of these names, which have no switch.
    Dropped { but: &'s BTreeSet<String> },
}

/// One file with its switches, and where each mutant stands in it.
#[derive(Debug)]
pub(crate) struct Switched {
    pub(crate) source: String,
    arms: Vec<(Range<usize>, u32)>,
    /// The mutants that have an arm, and the switch of each: the number of the first one of its function.
    pub(crate) switches: HashMap<u32, u32>,
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

/// Puts those of the numbered `mutants` into `source` that can stand behind a switch.
///
/// # Errors
/// When `source` is not Rust.
pub(crate) fn put_in(
    source: &str,
    mutants: &[(u32, &Mutant)],
    constness: Constness<'_>,
) -> anyhow::Result<Switched> {
    let mut switched = Switched {
        source: String::new(),
        arms: Vec::new(),
        switches: HashMap::new(),
    };
    let mut copied = 0;
    for function in functions::find(source)? {
        let body = &function.body;
        let inside: Vec<_> = mutants
            .iter()
            .filter(|(_, mutant)| is_in(body, source, mutant))
            .collect();
        let Some(&&(switch, _)) = inside.first() else {
            continue;
        };
        if !function.switchable || stays(&function, constness) {
            continue;
        }
        if let (Some(word), Constness::Dropped { .. }) = (&function.constness, constness) {
            switched.source += &source[copied..word.start];
            copied = word.end;
        }
        switched.source += &source[copied..body.start];
        let _ = writeln!(switched.source, "{{ match crate::__mutant({switch}) {{");
        for (number, mutant) in inside {
            let Some(mutated) = replaced(source, body, mutant) else {
                continue;
            };
            let _ = write!(switched.source, "{number} => ");
            let start = switched.source.len();
            switched.source += &mutated;
            switched.arms.push((start..switched.source.len(), *number));
            switched.switches.insert(*number, switch);
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

/// Whether the function has to be one that may be asked while compiling.
fn stays(function: &Function, constness: Constness<'_>) -> bool {
    match constness {
        Constness::Kept => false,
        Constness::Dropped { but } => function.constness.is_some() && but.contains(&function.name),
    }
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

    fn arms(switched: &Switched) -> Vec<&str> {
        let lines = switched.source.lines();
        lines.filter(|line| line.contains("=>")).collect()
    }

    #[test]
    fn each_mutant_has_an_arm_of_its_own_beside_the_body_as_it_is() {
        let minus = mutant(1, (43, 44), "-");
        let zero = mutant(1, (33, 46), "0");
        let switched = put_in(SOURCE, &[(7, &minus), (9, &zero)], Constness::Kept).unwrap();
        assert_eq!(
            arms(&switched),
            ["7 => { /* ü */ a - b }", "9 => { 0 }", "_ => { /* ü */ a + b }"]
        );
        assert!(switched.source.ends_with("const fn two() -> u32 { 1 + 1 }\n"));
        assert_eq!(switched.switches, HashMap::from([(7, 7), (9, 7)]));

        let arm = switched.source.find("a - b").unwrap();
        assert_eq!(switched.mutant_at(arm), Some(7));
        assert_eq!(switched.mutant_at(switched.source.find("a + b").unwrap()), None);
    }

    #[test]
    fn a_function_that_is_asked_while_compiling_has_no_switch() {
        let constant = mutant(2, (27, 28), "-");
        let named = BTreeSet::from([String::from("two")]);
        let none = BTreeSet::new();
        let put = |constness| put_in(SOURCE, &[(2, &constant)], constness).unwrap();

        let running = put(Constness::Dropped { but: &none });
        assert_eq!(arms(&running), ["2 => { 1 - 1 }", "_ => { 1 + 1 }"]);
        assert!(!running.source.contains("const"));
        assert!(
            put(Constness::Kept)
                .source
                .contains("const fn two() -> u32 { match")
        );

        let without = put(Constness::Dropped { but: &named });
        assert_eq!(without.source, SOURCE);
        assert!(without.switches.is_empty());
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
        let switched = put_in(source, &[(1, &vector), (2, &iterator)], Constness::Kept).unwrap();
        assert_eq!(switched.switches, HashMap::from([(1, 1)]));
    }
}
