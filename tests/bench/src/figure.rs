//! A figure: the same thing measured several times, with the goal it is held to and what stands beside it.

use serde::Serialize;

/// One line of the table. `xtask` prints it; the scripts that measure in a browser write the same form.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured, in words.
    pub(crate) name: String,
    /// What the numbers count.
    pub(crate) unit: &'static str,
    /// Each round, in order.
    pub(crate) rounds: Vec<f64>,
    /// What it is held to, if anything.
    pub(crate) goal: Option<Goal>,
    /// What was measured beside it in the same rounds: medians.
    pub(crate) beside: Vec<Beside>,
}

/// A bound that a figure is held to.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// A peer, a floor, or another side of the same measurement.
#[derive(Debug, Serialize)]
pub(crate) struct Beside {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) median: f64,
}

impl Figure {
    pub(crate) fn new(name: impl Into<String>, unit: &'static str, rounds: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            unit,
            rounds,
            goal: None,
            beside: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn goal(self, goal: Goal) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    /// Something beside it; nothing was measured if there are no rounds.
    #[must_use]
    pub(crate) fn beside(mut self, name: &'static str, unit: &'static str, rounds: &[f64]) -> Self {
        if let Some(median) = median(rounds) {
            self.beside.push(Beside { name, unit, median });
        }
        self
    }
}

/// The middle one; of an even number the lower of the two in the middle.
pub(crate) fn median(rounds: &[f64]) -> Option<f64> {
    let mut sorted = rounds.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }
}
