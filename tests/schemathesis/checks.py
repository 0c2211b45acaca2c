"""What schemathesis can't know by itself: which refusals of well-formed requests are right.

A schema says what a request looks like. That a disk is busy, that a name is taken or that a schedule needs one of two members, it
can't say, so the sandbox refuses requests that fit their schemas. The error code tells by which rule, and only the rules in
refusals.toml may refuse. A code that is not listed there, like the one for a body that can't be read, is a defect of the
sandbox or of the document."""

import tomllib
from pathlib import Path

import schemathesis

_REFUSALS = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text())


def _code(response) -> str:
    """The code of a failure, in either of the two shapes that the reference shows."""
    detail = next(iter(response.json().values()))
    return str(detail["code"])


@schemathesis.check
def refused_by_a_known_rule(ctx, response, case) -> bool | None:
    """A request that fits its schema is refused only by a rule that a schema can't express."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return True
    if response.status_code < 400 or response.status_code == 405:
        return None
    code = _code(response)
    rules = _REFUSALS.get(str(response.status_code), {})
    assert code in rules, f"{response.status_code} {code} refuses a request that fits its schema: {response.text}"
    return None
