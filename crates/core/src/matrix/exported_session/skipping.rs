//! Where an element ends that cannot be read.

/// Looks for the end of an element, over pieces if need be: brackets are counted outside of strings.
#[derive(Debug, Default)]
pub(super) struct Skipping {
    depth: usize,
    in_string: bool,
    /// Whether some of the element is behind an earlier piece already.
    begun: bool,
}

/// What has been found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The element ends after so many bytes.
    End(usize),
    /// It goes on after so many bytes.
    MoreAfter(usize),
}

/// What stands between two objects. Within a string it means that a quote is missing or too many: the quotes of all
/// that follows would be taken for the opposite of what they are.
const BETWEEN_OBJECTS: &[u8] = b"},{\"";

impl Skipping {
    /// Whether nothing of the element was found yet.
    pub(super) const fn is_at_start(&self) -> bool {
        !self.begun
    }

    /// Goes on with `json`; the last bytes of it are left for the next time unless it is `over`.
    pub(super) fn go_on(&mut self, json: &[u8], over: bool) -> Found {
        let mut at = 0;
        while let Some([byte, rest @ ..]) = json.get(at..) {
            if !over && rest.len() + 1 < BETWEEN_OBJECTS.len() {
                break;
            }
            if self.in_string {
                match byte {
                    // What is escaped is never a quote that ends the string.
                    b'\\' => at += 1,
                    b'"' => self.in_string = false,
                    b'}' if json
                        .get(at..)
                        .is_some_and(|here| here.starts_with(BETWEEN_OBJECTS)) =>
                    {
                        return Found::End(at + 1);
                    }
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b',' if self.depth == 0 => return Found::End(at),
                    b'}' | b']' if self.depth == 0 => return Found::End(at),
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return Found::End(at + 1);
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        self.begun |= at > 0;
        Found::MoreAfter(at.min(json.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest_after(json: &str) -> &str {
        match Skipping::default().go_on(json.as_bytes(), true) {
            Found::End(len) => &json[len..],
            Found::MoreAfter(_) => panic!("{json} has no end"),
        }
    }

    #[test]
    fn an_element_ends_where_its_brackets_do() {
        for (json, rest) in [
            ("{},1", ",1"),
            ("{\"a\":[{},{}],},{\"b\"", ",{\"b\""),
            ("{\"}\\\"}\"}]", "]"),
            ("nonsense,2", ",2"),
            ("'a']", "]"),
            ("{\"a\":\"b\"c\"},{\"d\":1}]", ",{\"d\":1}]"),
            ("{\"a:1},{\"d\":1}]", ",{\"d\":1}]"),
        ] {
            assert_eq!(rest_after(json), rest, "{json}");
        }
    }

    #[test]
    fn pieces_make_no_difference() {
        for json in [
            "{\"a\":\"b\"c\"},{\"d\":1}]",
            "{\"\\\\\\\"}\":[]} , 7",
            "{\"a\":\"},{\",\"x\":{}},",
        ] {
            let whole = Skipping::default().go_on(json.as_bytes(), true);
            for piece_len in 1..json.len() {
                let mut skipping = Skipping::default();
                let mut consumed = 0;
                let mut end = 0;
                let found = loop {
                    end = (end + piece_len).min(json.len());
                    match skipping.go_on(&json.as_bytes()[consumed..end], end == json.len()) {
                        Found::MoreAfter(len) => consumed += len,
                        Found::End(len) => break Found::End(consumed + len),
                    }
                };
                assert_eq!(found, whole, "{json} in pieces of {piece_len}");
            }
        }
    }
}
