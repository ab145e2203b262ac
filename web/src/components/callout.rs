use leptos::html;
use leptos::prelude::*;

use super::{Icon, Picture};
use crate::messages::{self, Problem};

/// How much a callout weighs. Shown by icon, word and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// Something that was checked and is right.
    Ok,
    /// Something to look out for.
    Warning,
    /// Something failed or would be lost.
    Danger,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "callout callout-info",
            Self::Ok => "callout callout-ok",
            Self::Warning => "callout callout-warning",
            Self::Danger => "callout callout-danger",
        }
    }

    fn picture(self) -> Picture {
        match self {
            Self::Info => Picture::Info,
            Self::Ok => Picture::Check,
            Self::Warning => Picture::Warning,
            Self::Danger => Picture::Cross,
        }
    }
}

/// A remark that stands out of the text.
#[component]
pub fn Callout(
    tone: Tone,
    #[prop(into)] title: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=tone.class()>
            <Icon picture=tone.picture() />
            <div class="callout-body">
                <p class="callout-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// What happened, what is safe and what to do next. It takes the focus when it appears, so that nobody misses it.
#[component]
pub fn ProblemCallout(problem: Problem) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            // An element that has gone in the meantime needs no focus.
            let _ = element.focus();
        }
    });
    view! {
        <div class="callout callout-danger" role="alert" tabindex="-1" node_ref=element>
            <Icon picture=Picture::Cross />
            <div class="callout-body">
                <p class="callout-title">
                    <span class="visually-hidden">{messages::fields::ERROR_PREFIX}</span>
                    {problem.what}
                </p>
                <p>{problem.safe}</p>
                <p>{problem.next}</p>
            </div>
        </div>
    }
}
