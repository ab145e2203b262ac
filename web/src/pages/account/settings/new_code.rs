use keyhaven_client::persona::TypedText;
use keyhaven_client::persona::flows::settings::{SettingsDone, SettingsInput, SettingsView};
use leptos::html;
use leptos::prelude::*;

use super::Section;
use crate::browser::dates;
use crate::code_forms;
use crate::components::{
    Callout, Choice, CodeField, CodeInput, Form, PageHead, Picture, ProblemCallout, SecretField, SecretKind,
    Tone,
};
use crate::messages::{Problem, account as text, fields};
use crate::pages::persona::locked::code_error;
use crate::pages::stage::Stage;
use crate::parse;
use crate::reader::Reader;

/// What happened to the code before: only somebody who has seen it makes a new key worth its while.
#[component]
pub fn NewCode(
    section: RwSignal<Section>,
    problem: Signal<Option<Problem>>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    view! {
        <PageHead title=text::NEW_CODE lead=text::NEW_CODE_LEAD />
        {move || problem.get().map(|problem| view! { <ProblemCallout problem=problem /> })}
        <ul class="choices">
            <Choice
                picture=Picture::Code
                title=text::CODE_LOST
                hint=text::CODE_LOST_HINT
                on_choose=move |()| on_input.run(SettingsInput::NewCode)
            />
            <Choice
                picture=Picture::Shield
                title=text::CODE_SEEN
                hint=text::CODE_SEEN_HINT
                on_choose=move |()| section.set(Section::SeenCode)
            />
        </ul>
    }
}

/// The code that was seen, which tells the owner from whoever knows the password; and the password, which opens the new
/// key, too.
#[component]
pub fn SeenCode(
    stage: Stage<SettingsView>,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None);
    let code = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(code.clone());
    let at_code = Signal::derive(move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                done: Some(SettingsDone::SeenCodeFails(problem)),
                ..
            } => Some(code_error(problem)),
            _ => None,
        })
    });
    let former_until = stage.peek(|view| match view {
        SettingsView::Ready { account, .. } => account.former_code_until,
        _ => None,
    });
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            match reader.password(input).await {
                Ok(password) => {
                    error.set(None);
                    let code = TypedText::new(typed.with_value(CodeInput::text));
                    on_input.run(SettingsInput::NewCodeAndKey { password, code });
                }
                Err(wrong) => {
                    error.set(Some(wrong.to_owned()));
                    parse::focus(input);
                }
            }
        });
    };
    view! {
        <PageHead title=text::CODE_SEEN lead=text::CODE_SEEN_LEAD />
        <Callout tone=Tone::Warning title=text::CODE_SEEN_KEPT><p>{text::CODE_SEEN_KEPT_HINT}</p></Callout>
        {former_until.map(|until| view! { <Callout tone=Tone::Info title=text::former_code_decides(&dates::day(until.0)) /> })}
        <Form submit=text::CODE_SEEN_SUBMIT on_submit=submit busy=busy problem=problem>
            <CodeField id="code" label=text::CODE_SEEN_CODE error=at_code input=code />
            <SecretField
                id="password"
                kind=SecretKind::Current
                label=fields::PASSWORD
                hint=text::CODE_SEEN_PASSWORD_HINT
                error=error
                input=input
            />
        </Form>
    }
}
