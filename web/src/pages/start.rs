//! What do you still have? Each answer says before the click what it brings back: signing in, reading, or both.

use leptos::prelude::*;

use crate::components::{Icon, PageHead, Picture};
use crate::messages::start as text;
use crate::route::{Base, Route};

/// Whether something brings a thing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brings {
    Yes,
    No,
}

/// Whether, and what it is, in words.
type Said = (Brings, &'static str);

const SIGNS_IN: Said = (Brings::Yes, text::SIGNS_IN);
const OPENS: Said = (Brings::Yes, text::OPENS);

/// The start page.
#[component]
pub fn StartPage(base: Base) -> impl IntoView {
    let choices = [
        (
            Picture::Key,
            text::PASSWORD,
            text::PASSWORD_HINT,
            base.href(Route::Persona),
            SIGNS_IN,
            OPENS,
        ),
        (
            Picture::Code,
            text::CODE,
            text::CODE_HINT,
            format!("{}#recovery-code", base.href(Route::Persona)),
            SIGNS_IN,
            OPENS,
        ),
        (
            Picture::Mail,
            text::MAIL,
            text::MAIL_HINT,
            base.href(Route::Reset),
            SIGNS_IN,
            (Brings::No, text::OPENS_NOT),
        ),
        (
            Picture::Shield,
            text::OLD,
            text::OLD_HINT,
            format!("{}#old-password", base.href(Route::Persona)),
            SIGNS_IN,
            OPENS,
        ),
        (
            Picture::File,
            text::KEY_FILE,
            text::KEY_FILE_HINT,
            base.href(Route::KeyFile),
            (Brings::No, text::SIGNS_IN_NOT),
            (Brings::Yes, text::READS),
        ),
    ];
    let choices: Vec<_> = choices
        .into_iter()
        .map(|(picture, title, hint, href, signs_in, opens)| {
            view! { <li><Choice picture=picture title=title hint=hint href=href signs_in=signs_in opens=opens /></li> }
        })
        .collect();
    view! {
        <div class="stack">
            <PageHead title=text::TITLE lead=text::LEAD />
            <h2>{text::QUESTION}</h2>
            <ul class="choices">{choices}</ul>
            <details>
                <summary>{text::NOTHING}</summary>
                <div class="details-body"><p>{text::NOTHING_BODY}</p><p>{text::NOTHING_MAIL}</p></div>
            </details>
            <section class="card stack-tight">
                <h2>{text::NEW_HERE}</h2>
                <p>{text::NEW_HERE_BODY}</p>
                <div class="actions">
                    <a class="button" href=format!("{}#sign-up", base.href(Route::Persona))>{text::CREATE}</a>
                </div>
            </section>
            <div class="actions"><a class="button button-quiet" href=base.href(Route::Kit)>{text::KIT}</a></div>
        </div>
    }
}

#[component]
fn Choice(
    picture: Picture,
    title: &'static str,
    hint: &'static str,
    href: String,
    signs_in: Said,
    opens: Said,
) -> impl IntoView {
    view! {
        <a class="choice" href=href>
            <Icon picture=picture />
            <span class="choice-body">
                <span class="choice-title">{title}</span>
                <span class="choice-hint">{hint}</span>
                <span class="brings">
                    {brings(signs_in)}
                    {brings(opens)}
                </span>
            </span>
            <Icon picture=Picture::ChevronRight />
        </a>
    }
}

fn brings((brings, words): Said) -> impl IntoView {
    match brings {
        Brings::Yes => view! { <span class="yes"><Icon picture=Picture::Check />{words}</span> },
        Brings::No => view! { <span class=""><Icon picture=Picture::Cross />{words}</span> },
    }
}
