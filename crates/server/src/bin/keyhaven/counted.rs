//! Counts as people say them.

/// `1 account`, `2 accounts`. For nouns whose plural takes an `s`.
pub(crate) fn counted(count: u64, one: &str) -> String {
    format!("{count} {one}{}", form(count, "", "s"))
}

/// The word that goes with as many: `was` with one and `were` with others, say.
pub(crate) const fn form<'a>(count: u64, of_one: &'a str, of_many: &'a str) -> &'a str {
    match count {
        1 => of_one,
        _ => of_many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_none_are_many() {
        let said =
            [0, 1, 2].map(|count| format!("{} {}", counted(count, "account"), form(count, "was", "were")));
        assert_eq!(said, ["0 accounts were", "1 account was", "2 accounts were"]);
    }
}
