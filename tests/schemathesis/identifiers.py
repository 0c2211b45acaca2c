"""Asks a sandbox what it has, so that requests can be about something. Writes a dictionary for each kind of
identifier, and prints that of the project.

identifiers.py BASE_URL CLOUDS_YAML DIRECTORY"""

import json
import sys
from pathlib import Path

import requests
import yaml

base, clouds, directory = sys.argv[1:]
sandbox = requests.get(f"{base}/docs/sandbox.json", timeout=10).json()


def ask(method: str, path: str, body: dict | None = None) -> dict:
    answer = requests.request(method, f"{base}/{path}", headers={"X-Auth-Token": sandbox["token"]}, json=body, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else {}


def write(name: str, values: list[str]) -> None:
    lines = [json.dumps(value) + "\n" for value in dict.fromkeys(values)]
    assert lines, f"the sandbox has no {name}"
    Path(directory, name).write_text("".join(lines))


def other_project() -> str:
    """The project of the agency: backups are shared between projects."""
    agency = yaml.safe_load(Path(clouds).read_text())["clouds"]["sandbox-agency"]["auth"]
    role = {"domain_name": agency["target_domain_name"], "xrole_name": agency["target_agency_name"]}
    identity = {"methods": ["assume_role"], "assume_role": role}
    scope = {"project": {"name": agency["target_project_name"], "domain": {"name": agency["target_domain_name"]}}}
    return ask("POST", "v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})["token"]["project"]["id"]


v2 = f"v2/{sandbox['project_id']}"
policies = [policy["backup_policy_id"] for policy in ask("GET", f"{v2}/backuppolicy")["backup_policies"]]
jobs = [job for policy in policies for job in ask("GET", f"{v2}/backuppolicy/{policy}/backuptasks?limit=50")["tasks"]]
backups = ask("GET", f"{v2}/backups/detail")["backups"]
available = [backup["id"] for backup in backups if backup["status"] == "available"]
# Operations that delete have things of their own, so that there is something left for the others.
to_share, to_keep, to_delete = available[0::3], available[1::3], available[2::3]
tag_keys = [f"key-{number}" for number in range(5)]
for policy in policies:
    tags = [{"key": key, "value": "value"} for key in tag_keys]
    ask("POST", f"{v2}/backuppolicy/{policy}/tags/action", {"action": "create", "tags": tags})
receiver = other_project()
shares = [
    ask("POST", f"{v2}/os-vendor-backup-sharing", {"shared": {"backup_id": backup, "to_project_ids": [receiver]}})
    for backup in to_share
]

share_ids = [share["id"] for made in shares for share in made["shared"]]

write("policies", policies[::2])
write("policies_to_delete", policies[1::2])
write("jobs", [job["vbs_job_id"] for job in jobs if job.get("vbs_job_id")])
write("backup_jobs", [job["job_id"] for job in jobs])
write("backups", to_keep)
write("backups_to_delete", to_delete)
write("disks", [backup["volume_id"] for backup in backups])
write("projects", [receiver])
write("shares", share_ids[::2])
write("shares_to_cancel", share_ids[1::2])
write("tag_keys", tag_keys)
# Not a dictionary: a request names a disk together with a snapshot of it.
snapshots = {backup["volume_id"]: backup["snapshot_id"] for backup in backups if backup["id"] in to_keep}
Path(directory, "snapshots.json").write_text(json.dumps(snapshots))
print(sandbox["project_id"])
