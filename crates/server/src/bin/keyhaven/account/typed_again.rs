//! What cannot be taken back asks for the address once more: the command names an account by its id too, and a shell's
//! history the account of somebody else.

use std::io::{BufRead, Write};

use anyhow::{Context as _, ensure};
use keyhaven_protocol::address::Address;

/// Longer than any address.
const LINE_MAX_BYTES: u64 = 1_024;

/// Says what is about to be gone, and reads the address of its owner.
///
/// # Errors
/// Another address was typed, or none.
pub(super) fn typed_again(
    address: &Address,
    input: impl BufRead,
    mut output: impl Write,
) -> anyhow::Result<()> {
    write!(
        output,
        "This removes the account of {} and everything in it, for good.\nType its address again: ",
        address.normalised()
    )
    .and_then(|()| output.flush())
    .context("cannot ask")?;
    let mut line = String::new();
    input
        .take(LINE_MAX_BYTES)
        .read_line(&mut line)
        .context("cannot read the address")?;
    let same = Address::parse(line.trim()).is_ok_and(|typed| typed == *address);
    ensure!(
        same,
        "that is not the address; nothing was done. `--yes` does not ask"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> (anyhow::Result<()>, String) {
        let address = Address::parse("dave@example.org").unwrap();
        let mut asked = Vec::new();
        let answer = typed_again(&address, line.as_bytes(), &mut asked);
        (answer, String::from_utf8(asked).unwrap())
    }

    #[test]
    fn the_address_typed_again_goes_on_in_any_spelling_that_names_it() {
        for line in ["dave@example.org\n", " Dave@Example.ORG\r\n", "dave@example.org"] {
            let (answer, asked) = typed(line);
            answer.unwrap();
            assert!(
                asked.contains("the account of dave@example.org") && asked.contains("for good"),
                "{asked}"
            );
        }
    }

    #[test]
    fn anything_else_stops_it() {
        let long = "dave@example.org".repeat(1_000);
        for line in ["", "\n", "y\n", "yes\n", "carol@example.org\n", &long] {
            let refused = typed(line).0.unwrap_err().to_string();
            assert!(refused.contains("nothing was done"), "{refused}");
        }
    }
}
