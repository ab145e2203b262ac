//! A recovery code that is shown once: copy, save, print, scan, and then two groups of it typed back.

use keyhaven_client::persona::{GroupNumber, ShownCode, TypedText};
use leptos::html;
use leptos::prelude::*;
use zeroize::Zeroizing;

use crate::browser::{clipboard, clock, dates, files, page};
use crate::code_forms::{self, CodeForms};
use crate::components::{
    BackLink, Callout, CodeShown, CopyButton, FieldKind, Form, Icon, KitContent, KitSheet, PageHead, Picture,
    QrCode, Steps, TextField, Tone,
};
use crate::messages::{Problem, fields, sign_up as text};
use crate::parse;
use crate::reader::Reader;

/// Why there is a code to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The account was made just now.
    NewAccount,
    /// The sign-up was interrupted before.
    Resumed,
    /// It takes the place of one that is in force.
    Replacement,
    /// It was sent to take the place of one, and either may be in force.
    Sent,
}

impl Occasion {
    const fn is_sign_up(self) -> bool {
        matches!(self, Self::NewAccount | Self::Resumed)
    }
}

/// Shows the code and every way to keep it.
#[component]
pub fn SaveCode(
    code: ShownCode,
    occasion: Occasion,
    #[prop(into)] address: String,
    #[prop(into)] place: String,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let forms = CodeForms::of(code.code());
    let qr = qr_code(&code);
    let date = dates::day(clock::now_seconds());
    let kit = KitContent {
        groups: forms.groups.clone(),
        words: forms.words.clone(),
        qr: Vec::new(),
        address: Some(address.clone()),
        place: place.clone(),
        date: date.clone(),
    };
    let copied = code.code().to_text();
    let words = Zeroizing::new(forms.words.join(" "));
    let file = text::code_file(&address, copied.as_str(), &words, &place, &date);
    let save = move |_| {
        // The browser says itself when a download fails.
        files::save(text::CODE_FILE_NAME, "text/plain;charset=utf-8", file.as_bytes());
    };
    let copy = Callback::new(move |done: Callback<bool>| clipboard::copy(copied.as_str(), done));
    let words: Vec<_> = forms
        .words
        .iter()
        .map(|word| view! { <li>{word.clone()}</li> })
        .collect();
    view! {
        <div class="stack screen-only">
            {occasion.is_sign_up().then(|| view! { <Steps names=text::STEPS.to_vec() current=1 /> })}
            <PageHead title=text::CODE_TITLE lead=text::CODE_LEAD />
            {note(occasion)}
            <CodeShown groups=forms.groups />
            <div class="actions">
                <CopyButton label=text::COPY copy=copy />
                <button type="button" class="button" on:click=save><Icon picture=Picture::Download />{text::SAVE}</button>
                <button type="button" class="button" on:click=move |_| page::print()>
                    <Icon picture=Picture::File />
                    {text::PRINT}
                </button>
            </div>
            <div class="stack-tight">
                <details>
                    <summary>{text::SCAN}</summary>
                    <div class="details-body">
                        <div class="qr">{move || view! { <QrCode modules=qr.get() label=crate::messages::kit::QR_LABEL /> }}</div>
                        <p class="muted">{text::SCAN_HINT}</p>
                    </div>
                </details>
                <details>
                    <summary>{text::WORDS}</summary>
                    <div class="details-body"><ol class="kit-words">{words}</ol></div>
                </details>
            </div>
            <Callout tone=Tone::Warning title=text::NEVER_TITLE><p>{text::NEVER}</p></Callout>
            <div class="actions">
                <button type="button" class="button button-primary" on:click=move |_| on_saved.run(())>{text::SAVED_NEXT}</button>
            </div>
        </div>
        <div class="print-only">
            {move || view! { <KitSheet content=KitContent { qr: qr.get(), ..kit.clone() } /> }}
        </div>
    }
}

/// The modules of the code's QR code, made beside what the page shows.
fn qr_code(code: &ShownCode) -> RwSignal<Vec<Vec<bool>>> {
    let drawn = RwSignal::new(Vec::new());
    let text = code.code().to_qr_text();
    if let Some(reader) = use_context::<Reader>() {
        reader.run_aside(async move {
            if let Some(matrix) = reader.qr_code(text).await {
                drawn.set(code_forms::modules(&matrix));
            }
        });
    }
    drawn
}

fn note(occasion: Occasion) -> Option<impl IntoView> {
    let (tone, title, body) = match occasion {
        Occasion::NewAccount => return None,
        Occasion::Resumed => (Tone::Warning, text::RESUMED_TITLE, text::RESUMED),
        Occasion::Replacement => (Tone::Info, text::REPLACED_TITLE, text::REPLACED),
        Occasion::Sent => (Tone::Warning, text::TWO_CODES_TITLE, text::TWO_CODES),
    };
    Some(view! { <Callout tone=tone title=title><p>{body}</p></Callout> })
}

/// Asks for two groups of the code that was just saved.
#[component]
pub fn ConfirmCode(
    groups: [GroupNumber; 2],
    #[prop(into)] wrong: Signal<Vec<usize>>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    occasion: Occasion,
    #[prop(into)] on_groups: Callback<[TypedText; 2]>,
    #[prop(into)] on_back: Callback<()>,
) -> impl IntoView {
    let inputs: [NodeRef<html::Input>; 2] = [NodeRef::new(), NodeRef::new()];
    let [first, second] = groups;
    let typed = move |input: NodeRef<html::Input>| {
        TypedText::new(
            input
                .get_untracked()
                .map(|input| input.value())
                .unwrap_or_default(),
        )
    };
    let submit = move |()| on_groups.run(inputs.map(typed));
    let error = move |group: GroupNumber| {
        Signal::derive(move || {
            wrong
                .with(|wrong| wrong.contains(&group.0))
                .then(|| text::CONFIRM_WRONG.to_owned())
        })
    };
    let [first_input, second_input] = inputs;
    Effect::new(move |_| {
        let wrong = wrong.get();
        if let Some((_, input)) = groups
            .into_iter()
            .zip(inputs)
            .find(|(group, _)| wrong.contains(&group.0))
        {
            parse::focus(input);
        }
    });
    view! {
        <div class="stack">
            <BackLink label=text::CONFIRM_BACK on_back=on_back />
            {occasion.is_sign_up().then(|| view! { <Steps names=text::STEPS.to_vec() current=2 /> })}
            <PageHead title=text::CONFIRM_TITLE lead=text::confirm_lead(first.0, second.0) />
            <Form submit=text::CONFIRM_SUBMIT on_submit=submit problem=problem>
                <TextField id="first-group" kind=FieldKind::CodeGroup label=fields::group(first.0) error=error(first) input=first_input />
                <TextField id="second-group" kind=FieldKind::CodeGroup label=fields::group(second.0) error=error(second) input=second_input />
            </Form>
        </div>
    }
}
