//! The API for people, written from the router's table.

use std::fmt::Write as _;

use crate::{
    openapi::by_status,
    route::{Auth, Conditional, Content, Route, Tag},
    router::table,
};

/// The whole style of the page.
pub(crate) const STYLE: &str = include_str!("docs_page.css");

/// The page.
pub(crate) fn page() -> String {
    let table = table();
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Keyhaven API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Keyhaven API</h1>\n\
         <p class=\"quiet\">Version {version} · <a href=\"openapi.json\">OpenAPI document</a></p>\n\
         <p>The server stores sealed backups that it can never read. Every failure is JSON: \
         <code>failure.error</code> is the stable name, <code>failure.message</code> a sentence, \
         <code>failure.request_id</code> what to quote when asking for help.</p>\n",
        version = env!("CARGO_PKG_VERSION"),
    );
    for tag in [Tag::Original, Tag::Keyhaven, Tag::Service] {
        let _ = write!(
            html,
            "<section>\n<h2>{}</h2>\n<p>{}</p>\n",
            tag.title(),
            with_code(&tag.description())
        );
        for route in table.iter().filter(|route| route.doc.tag == tag) {
            article(&mut html, route);
        }
        html.push_str("</section>\n");
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn article(html: &mut String, route: &Route) {
    let doc = &route.doc;
    let _ = write!(
        html,
        "<article>\n<h3><code><span class=\"method\">{}</span> {}</code></h3>\n<p>{}</p>\n<dl>\n",
        route.method,
        escape(route.path),
        with_code(doc.summary),
    );
    let mut fact = |name: &str, text: &str| {
        let _ = writeln!(html, "<dt>{name}</dt><dd>{text}</dd>");
    };
    match doc.auth {
        Auth::Nobody => {}
        Auth::Basic => fact("Sign-in", "Basic: address and password"),
        Auth::Session => fact(
            "Sign-in",
            "<code>Authorization: Bearer …</code>, the token of a session",
        ),
    }
    if !doc.query.is_empty() {
        fact(
            "Query",
            &format!("<code>{}</code>", escape(&doc.query.join(", "))),
        );
    }
    if doc.conditional == Conditional::Yes {
        fact(
            "Condition",
            "<code>If-Match: \"version\"</code>, or <code>If-None-Match: *</code> for the first write",
        );
    }
    if let Some(content) = doc.request {
        fact("Body", &describe(content));
    }
    fact("Answers", &format!("200, {}", describe(doc.answer)));
    html.push_str("</dl>\n");
    for content in [doc.request, Some(doc.answer)].into_iter().flatten() {
        schema(html, content);
    }
    html.push_str("<details><summary>Failures</summary>\n<table>\n");
    html.push_str(
        "<tr><th scope=\"col\">Status</th><th scope=\"col\">Name</th><th scope=\"col\">Meaning</th></tr>\n",
    );
    for (status, codes) in by_status(&doc.errors) {
        for code in codes {
            let _ = writeln!(
                html,
                "<tr><td>{status}</td><td><code>{}</code></td><td>{}</td></tr>",
                code.name(),
                escape(code.message())
            );
        }
    }
    html.push_str("</table>\n</details>\n</article>\n");
}

fn describe(content: Content) -> String {
    match content {
        Content::EmptyObject => "<code>{}</code>".to_owned(),
        Content::Object => "a JSON object".to_owned(),
        Content::Json(json) => format!("JSON <code>{}</code>", escape(&(json.name)())),
        Content::Fields(names) => format!("JSON or form: <code>{}</code>", escape(&names.join(", "))),
        Content::Bytes(media_type) => format!("<code>{}</code>", escape(media_type)),
        Content::Stored => "the bytes as they were stored".to_owned(),
        Content::Html => "a page".to_owned(),
    }
}

fn schema(html: &mut String, content: Content) {
    let Content::Json(json) = content else { return };
    let Ok(text) = serde_json::to_string_pretty(&(json.schema)()) else {
        return;
    };
    let _ = writeln!(
        html,
        "<details><summary>Shape of <code>{}</code></summary>\n<pre tabindex=\"0\"><code>{}</code></pre></details>",
        escape(&(json.name)()),
        escape(&text)
    );
}

/// Escaped, with what stands between backticks as code.
fn with_code(text: &str) -> String {
    let mut html = String::new();
    for (index, piece) in text.split('`').enumerate() {
        let piece = escape(piece);
        if index % 2 == 1 {
            let _ = write!(html, "<code>{piece}</code>");
        } else {
            html.push_str(&piece);
        }
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_route_with_its_failures() {
        let page = page();
        for route in table() {
            assert!(page.contains(&escape(route.path)), "{}", route.path);
            assert!(page.contains(&with_code(route.doc.summary)), "{}", route.path);
            for code in &route.doc.errors {
                assert!(page.contains(code.name()), "{}", code.name());
            }
        }
    }

    #[test]
    fn the_page_runs_and_fetches_nothing() {
        let page = page();
        for word in ["<script", "style=\"", "http://", "https://", "@import", "url("] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn backticks_become_code_and_markup_does_not_come_through() {
        assert_eq!(with_code("a `b<c` & d"), "a <code>b&lt;c</code> &amp; d");
    }
}
