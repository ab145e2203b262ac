//! Just enough of HTML to check and rewrite the page that we write ourselves: start tags with their attributes.

/// One start tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; empty for one without a value.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// All attributes, as written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.attributes.iter().copied()
    }
}

/// All start tags of a page, in order. Comments are skipped.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
        } else if after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let (tag, behind) = read_tag(after);
            found.push(tag);
            rest = behind;
        } else {
            rest = after;
        }
    }
    found
}

fn read_tag(text: &str) -> (Tag<'_>, &str) {
    let (name, mut rest) = split_where(text, |c| c.is_whitespace() || c == '>' || c == '/');
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(behind) = rest.strip_prefix('>') {
            return (Tag { name, attributes }, behind);
        }
        if rest.is_empty() {
            return (Tag { name, attributes }, rest);
        }
        let (key, behind) = split_where(rest, |c| c.is_whitespace() || c == '=' || c == '>' || c == '/');
        let (value, behind) = read_value(behind);
        // A stray `=` names nothing: step over it, so that every turn makes progress.
        if key.is_empty() && behind.len() == rest.len() {
            rest = behind.get(1..).unwrap_or_default();
            continue;
        }
        attributes.push((key, value));
        rest = behind;
    }
}

fn read_value(text: &str) -> (&str, &str) {
    let Some(value) = text.trim_start().strip_prefix('=') else {
        return ("", text);
    };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    split_where(value, |c| c.is_whitespace() || c == '>')
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_attributes_are_read_in_every_quoting() {
        let found =
            tags(r#"<p>a < b</p><link rel=preload href='./a.wasm' crossorigin integrity="sha384-x"/>"#);
        let [p, link] = found.as_slice() else {
            panic!("two tags: {found:?}")
        };
        assert_eq!(p.name, "p");
        assert_eq!(link.name, "link");
        assert_eq!(link.attribute("rel"), Some("preload"));
        assert_eq!(link.attribute("HREF"), Some("./a.wasm"));
        assert_eq!(link.attribute("crossorigin"), Some(""));
        assert_eq!(link.attribute("integrity"), Some("sha384-x"));
        assert_eq!(link.attribute("as"), None);
    }

    #[test]
    fn a_quoted_bracket_does_not_end_a_tag_and_comments_hold_none() {
        let found = tags("<!-- <script> --><a title=\"1 > 0\" href=./b>b</a><!doctype html>");
        let [a] = found.as_slice() else {
            panic!("one tag: {found:?}")
        };
        assert_eq!(
            (a.attribute("title"), a.attribute("href")),
            (Some("1 > 0"), Some("./b"))
        );
    }

    #[test]
    fn broken_pages_come_to_an_end() {
        for html in ["<", "<a", "<a =", "<a = =>", "<a b=\"c", "<!--", "<a b='c", "<é"] {
            let _ = tags(html);
        }
        assert_eq!(tags("<a = =x y>").len(), 1);
    }
}
