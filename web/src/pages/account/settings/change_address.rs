use keyhaven_client::persona::AddressChange;
use keyhaven_client::persona::flows::settings::{SettingsInput, SettingsView};
use leptos::html;
use leptos::prelude::*;

use crate::browser::dates;
use crate::components::{Callout, FieldKind, Form, PageHead, SecretField, SecretKind, TextField, Tone};
use crate::messages::{Problem, account as text, fields};
use crate::pages::stage::Stage;
use crate::parse;
use crate::reader::Reader;

/// Another address, or the one that waits.
#[component]
pub fn ChangeAddress(
    stage: Stage<SettingsView>,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let waiting = Memo::new(move |_| {
        stage.with(|view| match view {
            SettingsView::Ready { account, .. } => {
                Some((account.address.clone(), account.address_change.clone()))
            }
            _ => None,
        })
    });
    view! {
        <PageHead title=text::CHANGE_ADDRESS lead=text::CHANGE_ADDRESS_LEAD />
        <div role="status">
            {move || match waiting.get() {
                Some((present, Some(change))) => Some(waits(&present, &change, on_input)),
                _ => None,
            }}
        </div>
        <Ask problem=problem busy=busy on_input=on_input />
    }
}

/// A change that waits, side by side.
fn waits(present: &str, change: &AddressChange, on_input: Callback<SettingsInput>) -> AnyView {
    let sides = [
        text::address_side(present, change.confirmed_by_present),
        text::address_side(&change.new_address, change.confirmed_by_new),
    ];
    let sides = sides.map(|side| view! { <p>{side}</p> }).collect_view();
    let until = text::address_waits_until(&dates::moment(change.expires.0));
    view! {
        <Callout tone=Tone::Info title=text::address_waits(&change.new_address)>
            {sides}
            <p>{until}</p>
            <div class="actions">
                <button
                    type="button"
                    class="button button-small"
                    on:click=move |_| on_input.run(SettingsInput::CancelAddressChange)
                >
                    {text::CHANGE_ADDRESS_CANCEL}
                </button>
            </div>
        </Callout>
    }
    .into_any()
}

#[component]
fn Ask(
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let address = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let address_error = RwSignal::new(None);
    let password_error = RwSignal::new(None);
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            let read_address = reader.address(address).await;
            let read_password = reader.password(password).await;
            address_error.set(read_address.as_ref().err().map(|error| (*error).to_owned()));
            password_error.set(read_password.as_ref().err().map(|error| (*error).to_owned()));
            match (read_address, read_password) {
                (Ok(new), Ok(password)) => on_input.run(SettingsInput::ChangeAddress { password, new }),
                (Err(_), _) => parse::focus(address),
                (_, Err(_)) => parse::focus(password),
            }
        });
    };
    view! {
        <Form submit=text::CHANGE_ADDRESS_SUBMIT on_submit=submit busy=busy problem=problem>
            <TextField id="new-address" kind=FieldKind::NewAddress label=text::NEW_ADDRESS error=address_error input=address />
            <SecretField
                id="password"
                kind=SecretKind::Current
                label=fields::PASSWORD
                hint=text::PASSWORD_AGAIN_HINT
                error=password_error
                input=password
            />
        </Form>
    }
}
