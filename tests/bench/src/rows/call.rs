//! One small call.

use anyhow::Result;

use super::Group;
use crate::process::{Server, program};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};
use crate::valgrind::{self, Cost};

pub(super) fn rows() -> Result<Vec<Row>> {
    let (otc_vbs, reqwest) = (cost("otc-vbs")?, cost("reqwest")?);
    let instructions = |cost: Cost| Summary::exact(cost.instructions, Unit::Instructions);
    let allocations = |cost: Cost| Summary::exact(cost.allocations, Unit::Count);
    const PEER: &str = "reqwest with serde_json";
    Ok(vec![
        Row::new(Group::Call, "One call, instructions", instructions(otc_vbs))
            .ratio_to(PEER, &instructions(reqwest))
            .goal(Goal::RatioAtMost(1.25))
            .command("valgrind --tool=callgrind call otc-vbs N ADDRESS, N = 200 less N = 100"),
        Row::new(Group::Call, "One call, allocations", allocations(otc_vbs))
            .ratio_to(PEER, &allocations(reqwest))
            .command("valgrind --tool=dhat call otc-vbs N ADDRESS, N = 200 less N = 100"),
    ])
}

/// What a call of a client costs.
pub(crate) fn cost(client: &str) -> Result<Cost> {
    let server = Server::start(&[])?;
    valgrind::cost_of_one(100, 200, |times| {
        let mut command = program("call")?;
        command.args([client, &times.to_string(), &server.address]);
        Ok(command)
    })
}
