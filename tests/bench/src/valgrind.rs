//! Counts instructions and allocations with valgrind. Unlike times, they hardly depend on what else the machine does.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// What one repetition of something costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

/// The cost of one repetition: the difference between many repetitions and few, without what happens only once. `command`
/// makes the command that repeats this often.
pub(crate) fn cost_of_one(few: u32, many: u32, command: impl Fn(u32) -> Result<Command>) -> Result<Cost> {
    let difference = |count: &dyn Fn(&Command) -> Result<f64>| -> Result<f64> {
        let (few_count, many_count) = (count(&command(few)?)?, count(&command(many)?)?);
        Ok((many_count - few_count) / f64::from(many - few))
    };
    Ok(Cost { instructions: difference(&instructions)?, allocations: difference(&allocations)? })
}

fn instructions(command: &Command) -> Result<f64> {
    let messages = run(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], command)?;
    let count = messages.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.context("callgrind reported no instructions")?;
    count.trim().parse().context("callgrind reported no number of instructions")
}

fn allocations(command: &Command) -> Result<f64> {
    let messages = run(&["--tool=dhat", "--dhat-out-file=/dev/null"], command)?;
    let blocks = messages.lines().find_map(|line| {
        let (_, total) = line.split_once("Total:")?;
        total.split_once("bytes in ")?.1.strip_suffix(" blocks")
    });
    let blocks = blocks.context("DHAT reported no allocations")?;
    blocks.replace(',', "").parse().context("DHAT reported no number of allocations")
}

/// Runs a command under valgrind. Returns the messages.
fn run(tool: &[&str], command: &Command) -> Result<String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(tool).arg(command.get_program()).args(command.get_args());
    let usage = process::run(&mut valgrind).context("on Debian, valgrind is in the package valgrind")?;
    Ok(usage.messages)
}
