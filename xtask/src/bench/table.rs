//! Figures as a table for people.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::Value;

/// A Markdown table: of each figure the median with the lowest and highest round, its goal, and what stands beside it.
///
/// # Errors
/// When a figure lacks a part.
pub(super) fn of(figures: &Value) -> anyhow::Result<String> {
    let mut table =
        "| figure | median (lowest to highest) | goal | beside it, medians |\n|---|---|---|---|\n".to_owned();
    for figure in figures.as_array().context("not a list")? {
        // Writing to a string does not fail.
        let _ = writeln!(table, "{}", row(figure).with_context(|| figure.to_string())?);
    }
    Ok(table)
}

fn row(figure: &Value) -> anyhow::Result<String> {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.map(str::to_owned).with_context(|| format!("no `{name}`"))
    };
    let rounds = figure
        .get("rounds")
        .and_then(Value::as_array)
        .context("no `rounds`")?;
    let mut rounds: Vec<f64> = rounds.iter().filter_map(Value::as_f64).collect();
    rounds.sort_unstable_by(f64::total_cmp);
    let (lowest, highest) = rounds.first().zip(rounds.last()).context("no round")?;
    let middle = rounds.get((rounds.len() - 1) / 2).context("no round")?;
    let unit = text(figure, "unit")?;
    let beside = figure
        .get("beside")
        .and_then(Value::as_array)
        .context("no `beside`")?;
    let beside: Vec<String> = beside
        .iter()
        .map(|one| {
            let median = one.get("median").and_then(Value::as_f64).context("no `median`")?;
            let shown = format!("{} {} {}", text(one, "name")?, number(median), text(one, "unit")?);
            Ok(shown.trim_end().to_owned())
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(format!(
        "| {} | **{}** {unit} ({} to {}) | {} | {} |",
        text(figure, "name")?,
        number(*middle),
        number(*lowest),
        number(*highest),
        goal(figure.get("goal").unwrap_or(&Value::Null), *middle),
        beside.join("; ")
    ))
}

/// The bound, and whether the median keeps it.
fn goal(goal: &Value, median: f64) -> String {
    let bound = |name: &str| goal.get(name).and_then(Value::as_f64);
    let (words, bound, kept) = match (bound("at_least"), bound("at_most")) {
        (Some(least), _) => ("at least", least, median >= least),
        (_, Some(most)) => ("at most", most, median <= most),
        _ => return String::new(),
    };
    let verdict = if kept { "met" } else { "**missed**" };
    format!("{words} {}: {verdict}", number(bound))
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        middle if middle < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_figure_is_shown_with_its_goal_and_what_stands_beside_it() {
        let figure = |rounds: &[f64], goal: Value| {
            json!([{ "name": "writes", "unit": "1/s", "rounds": rounds, "goal": goal,
                     "beside": [{ "name": "p99", "unit": "ms", "median": 12.345 }] }])
        };
        let shown = |rounds: &[f64], goal: Value| {
            of(&figure(rounds, goal))
                .unwrap()
                .lines()
                .last()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            shown(&[3100.0, 2900.0, 3000.0], json!({ "at_least": 3000.0 })),
            "| writes | **3000** 1/s (2900 to 3100) | at least 3000: met | p99 12.3 ms |"
        );
        assert_eq!(
            shown(&[1.505], json!({ "at_most": 1.5 })),
            "| writes | **1.50** 1/s (1.50 to 1.50) | at most 1.50: **missed** | p99 12.3 ms |"
        );
        assert_eq!(
            shown(&[1.0], Value::Null),
            "| writes | **1.00** 1/s (1.00 to 1.00) |  | p99 12.3 ms |"
        );
    }

    #[test]
    fn a_figure_without_a_round_is_refused() {
        let figure = json!([{ "name": "writes", "unit": "", "rounds": [], "beside": [] }]);
        assert!(of(&figure).is_err());
    }
}
