//! Dates and numbers as the reader writes them.

use wasm_bindgen::JsValue;

/// A day in the reader's own form: "21 November 2026".
pub(crate) fn day(seconds: i64) -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("day", "numeric"), ("month", "long"), ("year", "numeric")] {
        // Setting a property of a fresh object does not fail.
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    String::from(date(seconds).to_locale_date_string("default", &options))
}

/// A day and a time in the reader's own form.
pub(crate) fn moment(seconds: i64) -> String {
    String::from(date(seconds).to_locale_string("default", &js_sys::Object::new()))
}

fn date(seconds: i64) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "a date has 54 bits of milliseconds")]
    let milliseconds = seconds as f64 * 1000.0;
    js_sys::Date::new(&JsValue::from_f64(milliseconds))
}
