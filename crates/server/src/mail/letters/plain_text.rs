//! A letter as plain text: lines for a narrow screen, a link alone on its line.

use zeroize::Zeroizing;

use super::wording::{Block, Wording};

/// Longest line, in characters, unless a single word is longer.
const LINE_MAX: usize = 70;

/// The letter with `\n` at the end of each line.
pub(super) fn render(wording: &Wording<'_>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    for block in &wording.body {
        if !text.is_empty() {
            text.push('\n');
        }
        match block {
            Block::Text(paragraph) => wrap(&mut text, paragraph),
            Block::Link { target, .. } => {
                // EXPOSE: the letter is what carries it to its owner.
                text.push_str(target.expose_text());
                text.push('\n');
            }
            Block::Small(paragraph) => {
                // The separator that mail programs know from signatures.
                text.push_str("-- \n");
                wrap(&mut text, paragraph);
            }
        }
    }
    text
}

fn wrap(text: &mut String, paragraph: &str) {
    let mut width = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > LINE_MAX {
            text.push('\n');
            width = 0;
        } else if width > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::links::Link;

    #[test]
    fn paragraphs_are_wrapped_and_links_are_not() {
        let base = format!("https://{}.example.org", "x".repeat(80)).parse().unwrap();
        let link = Link::sign_in(&base);
        let wording = Wording::new("Subject".to_owned(), "Preview")
            .text("word ".repeat(30))
            .main("Button", &link)
            .text("ü".repeat(LINE_MAX + 1))
            .small("last");
        let text = render(&wording);
        let line = "word ".repeat(14);
        assert_eq!(
            text.as_str(),
            format!(
                "{0}\n{0}\nword word\n\n{1}\n\n{2}\n\n-- \nlast\n",
                line.trim_end(),
                link.expose_text(),
                "ü".repeat(LINE_MAX + 1)
            )
        );
    }
}
