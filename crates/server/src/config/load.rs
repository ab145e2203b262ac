//! File, then environment, then command line.

use std::{fs::File, io::Read as _, path::Path};

use toml::{Table, Value};
use zeroize::Zeroizing;

use super::{
    Config,
    load_error::{LoadError, Origin},
    settings::{ALL, Kind, Setting},
};

const PREFIX: &str = "KEYHAVEN_";
/// Names the file itself, so it is in no file.
const CONFIG_VARIABLE: &str = "KEYHAVEN_CONFIG";

/// A configuration, and what was not understood on the way.
#[derive(Debug)]
pub struct Loaded {
    /// Checked.
    pub config: Config,
    /// Variables with our prefix that name no setting: misspelt, or another program's. They are told, not refused,
    /// since a service manager may set more than we know.
    pub ignored_variables: Vec<String>,
}

/// The configuration of a file, if one is named, overlaid by these variables, overlaid by the command line's own words.
///
/// # Errors
/// [`LoadError`] says what to change.
pub fn load(
    file: Option<&Path>,
    variables: impl IntoIterator<Item = (String, String)>,
    words: &[(&'static [&'static str], String)],
) -> Result<Loaded, LoadError> {
    let mut ignored_variables = Vec::new();
    let mut origins = Vec::new();
    let mut table = file.map_or(Ok(Table::new()), read)?;
    for (name, text) in variables {
        if !name.starts_with(PREFIX) || name == CONFIG_VARIABLE {
            continue;
        }
        let Some(setting) = ALL.iter().find(|setting| setting.variable() == name) else {
            ignored_variables.push(name);
            continue;
        };
        let value = parse(setting, text).ok_or_else(|| LoadError::Variable { name: name.clone() })?;
        put(&mut table, setting.place, value).ok_or_else(|| LoadError::Variable { name: name.clone() })?;
        origins.push((setting.place.join("."), Origin::Variable(name)));
    }
    for (place, text) in words {
        put(&mut table, place, Value::String(text.clone())).ok_or_else(|| LoadError::Shape {
            origin: file.map_or(Origin::Environment, |file| Origin::File(file.to_owned())),
            place: place.join("."),
            reason: "something else stands in its place".to_owned(),
        })?;
        origins.push((place.join("."), Origin::CommandLine));
    }
    let config: Config = serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let place = error.path().to_string();
        LoadError::Shape {
            origin: origin_of(&place, &origins, file),
            place: if place == "." {
                "the whole".to_owned()
            } else {
                place
            },
            // Only the message: the whole error quotes the text, and that may hold a password.
            reason: error.inner().message().to_owned(),
        }
    })?;
    config.check()?;
    Ok(Loaded {
        config,
        ignored_variables,
    })
}

/// What was put there last wins. A place may go on in a list: `trusted_proxies[0]`.
fn origin_of(place: &str, overlaid: &[(String, Origin)], file: Option<&Path>) -> Origin {
    let setting = place.split('[').next().unwrap_or_default();
    let last = overlaid.iter().rev().find(|(at, _)| at == setting);
    match (last, file) {
        (Some((_, origin)), _) => origin.clone(),
        (None, Some(file)) => Origin::File(file.to_owned()),
        (None, None) => Origin::Environment,
    }
}

fn read(path: &Path) -> Result<Table, LoadError> {
    let failed = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(failed)?;
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(failed)?;
    let table = text.parse::<Table>().map_err(|error| LoadError::Toml {
        path: path.to_owned(),
        line: line_at(&text, error.span().map_or(0, |span| span.start)),
    })?;
    if is_for_everybody(&file).map_err(failed)?
        && let Some(setting) = ALL
            .iter()
            .find(|setting| setting.kind == Kind::Secret && find(&table, setting.place).is_some())
    {
        return Err(LoadError::Exposed {
            path: path.to_owned(),
            setting: setting.place.join("."),
        });
    }
    Ok(table)
}

/// The line with this byte in it, counted from 1.
fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

fn find<'a>(table: &'a Table, place: &[&str]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |at, key| at.get(key))
}

#[cfg(unix)]
fn is_for_everybody(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_for_everybody(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

fn parse(setting: &Setting, text: String) -> Option<Value> {
    match setting.kind {
        Kind::Text | Kind::Secret => Some(Value::String(text)),
        Kind::Toml => format!("value = {text}").parse::<Table>().ok()?.remove("value"),
    }
}

/// `None` if something on the way is no table.
fn put(table: &mut Table, place: &[&str], value: Value) -> Option<()> {
    let (last, folders) = place.split_last()?;
    let mut here = table;
    for folder in folders {
        here = here
            .entry(*folder)
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()?;
    }
    here.insert((*last).to_owned(), value);
    Some(())
}

#[cfg(test)]
mod tests;
