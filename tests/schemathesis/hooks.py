"""What schemathesis can't know by itself about the service that it asks."""

import atexit
import json
import tomllib
from pathlib import Path

import requests
import schemathesis

# A job takes 24 minutes at most, so that all that was accepted is done after this.
STEP = 25 * 60
# A token lives for 24 hours.
TOKEN_LIFE = 23 * 60 * 60

REFUSALS = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text())

seconds_passed = 0
# With what is needed to get another one when it runs out.
token: tuple[str, int] | None = None


@schemathesis.auth(refresh_interval=None)
class TokenOfTheSandbox:
    """A token that has not expired by the sandbox's clock."""

    def get(self, case, context):
        global token
        if token is None or seconds_passed >= token[1]:
            answer = requests.get(f"{case.operation.schema.get_base_url()}/docs/sandbox.json", timeout=10)
            token = (answer.json()["token"], seconds_passed + TOKEN_LIFE)
        return token[0]

    def set(self, case, data, context):
        case.headers["X-Auth-Token"] = data


@schemathesis.hook("before_call")
def keep_flags(context, case, kwargs):
    """The stateful phase takes `is_backup_id` for an identifier, by its name, and fills in that of a share."""
    is_positive = case.meta is None or case.meta.generation.mode.is_positive
    if is_positive and str((case.query or {}).get("is_backup_id", "true")).lower() not in ("true", "false"):
        del case.query["is_backup_id"]


SNAPSHOTS = Path(__file__).parents[2] / "target/schemathesis/snapshots.json"
pairs_sent = 0


@schemathesis.hook("before_call")
def pair_disk_and_snapshot(context, case, kwargs):
    """Every other request for a backup of a known disk names a snapshot of that disk, which rarely happens by chance."""
    global pairs_sent
    if not case.operation.definition.raw["operationId"].startswith("createNativeBackup"):
        return
    is_positive = case.meta is None or case.meta.generation.mode.is_positive
    backup = case.body.get("backup") if isinstance(case.body, dict) else None
    if not is_positive or not isinstance(backup, dict):
        return
    snapshot = json.loads(SNAPSHOTS.read_text()).get(backup.get("volume_id"))
    if snapshot is not None:
        pairs_sent += 1
        if pairs_sent % 2:
            backup["snapshot_id"] = snapshot


# The operations by whether they ever did what they were asked for. Where one never does, its tests say little.
succeeded: dict[str, bool] = {}


@schemathesis.hook("after_call")
def note_success(context, case, response):
    """Takes note of success."""
    operation = case.operation.definition.raw["operationId"]
    succeeded[operation] = succeeded.get(operation, False) or 200 <= response.status_code < 300


@atexit.register
def tell_unsuccessful():
    names = sorted(operation for operation, ever in succeeded.items() if not ever)
    Path("target/schemathesis/unsuccessful").write_text("".join(f"{name}\n" for name in names))


@schemathesis.hook("after_call")
def pass_time(context, case, response):
    """Lets what was accepted be done, so that what comes next meets a backup that is there, or gone."""
    global seconds_passed
    # VBS answers with the job and 200, OpenStack with 202.
    if response.status_code == 202 or (case.method == "POST" and "job_id" in response.text):
        base = case.operation.schema.get_base_url()
        requests.post(f"{base}/admin/clock", json={"advance_seconds": STEP}, timeout=10).raise_for_status()
        seconds_passed += STEP


@schemathesis.check
def refused_by_a_known_rule(context, response, case):
    """A request that fits its schema is refused by a rule that refusals.toml lists, or not at all."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return True
    # An undocumented method is for the check `unsupported_method`, missing credentials are for `ignored_auth`.
    if response.status_code < 400 or response.status_code in (401, 405):
        return None
    detail = next(iter(response.json().values()))
    code = str(detail["code"])
    rule = REFUSALS.get(str(response.status_code), {}).get(code, {})
    known = isinstance(rule, str) or case.operation.definition.raw["operationId"] in rule
    assert known, (
        f"{response.status_code} {code} refuses a request that fits its schema: {detail['message']}. "
        "If no schema can express the rule, add it to tests/schemathesis/refusals.toml."
    )
    return None
