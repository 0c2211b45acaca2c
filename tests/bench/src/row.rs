//! A row of the table: a figure, the program it is compared with, and the goal.

use serde::Serialize;

use crate::rows::Group;
use crate::summary::{Summary, Unit, written};

/// A figure of one program.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) group: Group,
    pub(crate) name: String,
    pub(crate) figure: Summary,
    pub(crate) peer: Option<Peer>,
    pub(crate) goal: Option<Goal>,
    /// Whether the goal is met.
    pub(crate) is_met: Option<bool>,
    /// What was run, as people type it.
    pub(crate) command: String,
}

/// The program that the figure is compared with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) figure: Summary,
    pub(crate) ratio: f64,
}

/// What a figure, or its ratio to the peer's, should be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtMost(f64),
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

impl Row {
    pub(crate) fn new(group: Group, name: impl Into<String>, figure: Summary) -> Self {
        let (name, command) = (name.into(), String::new());
        Self { group, name, figure, peer: None, goal: None, is_met: None, command }
    }

    /// Compares with a peer: the ratio is this figure divided by the peer's.
    pub(crate) fn ratio_to(self, name: impl Into<String>, figure: &Summary) -> Self {
        let ratio = self.figure.median / figure.median;
        self.with_peer(name, figure, ratio)
    }

    /// Compares times or sizes with a peer: the ratio is how many times as fast, or as small, this is.
    pub(crate) fn gain_over(self, name: impl Into<String>, figure: &Summary) -> Self {
        let ratio = figure.median / self.figure.median;
        self.with_peer(name, figure, ratio)
    }

    fn with_peer(mut self, name: impl Into<String>, figure: &Summary, ratio: f64) -> Self {
        self.peer = Some(Peer { name: name.into(), figure: figure.clone(), ratio });
        self
    }

    /// Sets the goal. That of a ratio needs a peer.
    pub(crate) fn goal(mut self, goal: Goal) -> Self {
        let ratio = self.peer.as_ref().map(|peer| peer.ratio);
        self.goal = Some(goal);
        self.is_met = match goal {
            Goal::AtMost(limit) => Some(self.figure.median <= limit),
            Goal::RatioAtMost(limit) => ratio.map(|ratio| ratio <= limit),
            Goal::RatioAtLeast(limit) => ratio.map(|ratio| ratio >= limit),
        };
        self
    }

    pub(crate) fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// The cells of the row.
    pub(crate) fn cells(&self) -> [String; 6] {
        let dash = || "–".to_owned();
        let goal = self.goal.map_or_else(dash, |goal| goal.text(self.figure.unit));
        let peer = self.peer.as_ref().map_or_else(dash, |peer| format!("{}: {}", peer.name, peer.figure));
        let ratio = self.peer.as_ref().map_or_else(dash, |peer| format!("{:.2}×", peer.ratio));
        let verdict = match self.is_met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "–",
        };
        [self.name.clone(), goal, self.figure.to_string(), peer, ratio, verdict.to_owned()]
    }
}

impl Goal {
    fn text(self, unit: Unit) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {}", written(limit, unit)),
            Self::RatioAtMost(limit) => format!("≤ {limit:.2}×"),
            Self::RatioAtLeast(limit) => format!("≥ {limit:.2}×"),
        }
    }
}
