//! A letter as HTML: plain markup, no table, nothing that is fetched, readable in light and dark, and the target of
//! each link in words, for programs that show none.

use zeroize::Zeroizing;

use super::{
    House,
    wording::{Block, Weight, Wording},
};

/// The content id of the logo's part (RFC 2392).
pub(in crate::mail) const LOGO_ID: &str = "logo";

const STYLE: &str = include_str!("letter.css");

/// Markup. Only what is written in this program gets in as markup: everything else is text, and text is escaped.
///
/// Characters beyond ASCII become references, so that the part needs no encoding that folds its links.
struct Html(Zeroizing<String>);

impl Html {
    fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                ' '..='~' => self.0.push(character),
                _ => {
                    let number = u32::from(character).to_string();
                    self.0.push_str("&#");
                    self.0.push_str(&number);
                    self.0.push(';');
                }
            }
        }
        self
    }
}

/// The letter as one document.
pub(super) fn render(wording: &Wording<'_>, house: &House) -> Zeroizing<String> {
    let mut html = Html(Zeroizing::new(String::with_capacity(16 * 1024)));
    html.markup("<!DOCTYPE html>\n<html lang=\"")
        .text(house.language.tag())
        .markup("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n")
        .markup("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>")
        .text(&wording.subject)
        .markup("</title>\n<style>\n:root{color-scheme:light dark;supported-color-schemes:light dark}\n")
        .markup(STYLE)
        .markup("</style>\n</head>\n<body>\n<div class=\"preview\">")
        .text(&wording.preview)
        .markup("</div>\n<main>\n<p class=\"house\">");
    if house.logo.is_some() {
        html.markup("<img src=\"cid:logo\" alt=\"")
            .text(&house.name)
            .markup("\">");
    } else {
        html.text(&house.name);
    }
    html.markup("</p>\n<h1>").text(&wording.subject).markup("</h1>\n");
    for block in &wording.body {
        render_block(&mut html, block);
    }
    html.markup("</main>\n</body>\n</html>\n");
    html.0
}

fn render_block(html: &mut Html, block: &Block<'_>) {
    match block {
        Block::Text(paragraph) => {
            html.markup("<p>").text(paragraph).markup("</p>\n");
        }
        Block::Link {
            label,
            weight,
            target,
        } => {
            let class = match weight {
                Weight::Main => "main",
                Weight::Side => "side",
            };
            // EXPOSE: the letter is what carries it to its owner.
            let target = target.expose_text();
            html.markup("<p class=\"action\"><a class=\"")
                .markup(class)
                .markup("\" href=\"")
                .text(target)
                .markup("\">")
                .text(label)
                .markup("</a></p>\n<p class=\"plain\">")
                .text(target)
                .markup("</p>\n");
        }
        Block::Small(paragraph) => {
            html.markup("<p class=\"small\">")
                .text(paragraph)
                .markup("</p>\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{language::Language, links::Link};

    fn house(name: &str) -> House {
        House {
            name: name.to_owned(),
            language: Language::English,
            logo: None,
        }
    }

    #[test]
    fn what_is_no_markup_of_ours_is_escaped() {
        let hostile = "<script>alert('1')</script>&\"\u{e9}\u{202e}\u{1f600}";
        let wording = Wording::new(hostile.to_owned(), hostile)
            .text(hostile)
            .small(hostile);
        let html = render(&wording, &house(hostile));
        let escaped = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;&#233;&#8238;&#128512;";
        assert_eq!(html.matches(escaped).count(), 6, "{}", html.as_str());
        assert!(!html.contains("<script") && html.is_ascii());
    }

    #[test]
    fn nothing_is_fetched_and_every_link_stands_in_words_too() {
        let base = "https://keys.example.org".parse().unwrap();
        let link = Link::sign_in(&base);
        let wording = Wording::new("Subject".to_owned(), "Preview").main("Go", &link);
        let html = render(&wording, &house("Keyhaven"));
        for fetched in ["src=", "url(", "@import", "<link", "<iframe", "<form", "<table"] {
            assert!(!html.contains(fetched), "{fetched}");
        }
        assert_eq!(html.matches("https://keys.example.org/persona").count(), 2);
        assert!(html.contains(">https://keys.example.org/persona</p>"));
    }

    #[test]
    fn every_line_is_short_enough_for_mail() {
        let html = render(&Wording::new("Subject".to_owned(), "Preview"), &house("Keyhaven"));
        assert!(html.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    }
}
