"""What every client has to do with the sandbox.

Of each scenario one line says how it went: `ok NAME` or `fail NAME: why`. `cargo xtask test interop` reads them.
"""

import json
import os
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

UNKNOWN_POLICY = "00000000-0000-4000-8000-000000000000"
# More jobs than the sandbox has, and fewer.
ALL = 100
PAGE = 3


@dataclass
class Policy:
    id: str
    name: str | None
    has_schedule: bool
    week_frequency: list[str] | None


@dataclass
class Job:
    id: str
    status: str
    created_at: str
    finished_at: str | None


@dataclass
class Failure(Exception):
    """What the client tells of a request that failed."""

    status: int
    code: object = None
    message: str | None = None


class Client(Protocol):
    """A generated client. Each `fault` is what the sandbox does to the answer."""

    def policies(self, fault: str | None = None) -> list[Policy]: ...

    def create_policy(self, name: str) -> str: ...

    def delete_policy(self, policy: str) -> int: ...

    def jobs(
        self, policy: str, limit: int, marker: str | None = None, fault: str | None = None
    ) -> list[Job]: ...


@dataclass
class Login:
    endpoint: str
    token: str
    project: str


def log_in() -> Login:
    """Gets a token of the identity service, which is not part of the document."""
    env = os.environ
    user = {
        "name": env["OS_USERNAME"],
        "password": env["OS_PASSWORD"],
        "domain": {"name": env["OS_USER_DOMAIN_NAME"]},
    }
    project = {"name": env["OS_PROJECT_NAME"], "domain": {"name": env["OS_PROJECT_DOMAIN_NAME"]}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": project}}}
    request = urllib.request.Request(
        env["OS_AUTH_URL"].rstrip("/") + "/auth/tokens",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        token = answer.headers["X-Subject-Token"]
        project_id = json.load(answer)["token"]["project"]["id"]
    return Login(env["VBS_ENDPOINT"].rstrip("/"), token, project_id)


def check(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def failure_of(call: Callable[[], object]) -> Failure:
    try:
        call()
    except Failure as failure:
        return failure
    raise AssertionError("the request should have failed")


def run(connect: Callable[[Login], Client]) -> None:
    def scenario(name: str, body: Callable[[], None]) -> None:
        try:
            body()
        except Exception as error:
            print(f"fail {name}: {type(error).__name__}: {' '.join(str(error).split())}", flush=True)
        else:
            print(f"ok {name}", flush=True)

    client: Client
    policy = ""
    jobs: list[Job] = []

    def login() -> None:
        nonlocal client
        client = connect(log_in())

    def list_jobs() -> None:
        nonlocal policy, jobs
        policy = client.policies()[0].id
        jobs = client.jobs(policy, ALL)
        walked: list[Job] = []
        while page := client.jobs(policy, PAGE, walked[-1].id if walked else None):
            walked += page
        check(len(jobs) > PAGE, f"{len(jobs)} jobs are no more than a page")
        check(walked == jobs, "the pages together are not the whole list")

    def create_and_delete() -> None:
        created = client.create_policy("interop")
        check(created in [policy.id for policy in client.policies()], "the policy is missing")
        check(client.delete_policy(created) == 204, "the status is not 204")
        check(created not in [policy.id for policy in client.policies()], "the policy is still there")

    def unknown_status() -> None:
        found = client.jobs(policy, PAGE, fault="unknown-status")[0].status
        check(found == "SANDBOX_UNKNOWN", f"the status is {found}")

    def zoneless_time() -> None:
        found = client.jobs(policy, PAGE, fault="time-without-zone")[0].created_at
        check(found == jobs[0].created_at.removesuffix("Z"), f"the time is {found}")

    def nulls() -> None:
        check(client.policies("nulls")[0].name is None, "the name is not null")
        check(not client.policies("nulls; field=scheduled_policy")[0].has_schedule, "there is a schedule")
        days = client.policies("nulls; field=week_frequency")[0].week_frequency
        check(not days, f"the days are {days}")
        finished = next(place for place, job in enumerate(jobs) if job.finished_at)
        job = client.jobs(policy, ALL, fault="nulls; field=finished_at")[finished]
        check(job.finished_at is None, f"the job finished at {job.finished_at}")

    def unknown_field() -> None:
        check(client.jobs(policy, ALL, fault="unknown-field") == jobs, "the jobs are others")

    def documented_error() -> None:
        failure = failure_of(lambda: client.jobs(UNKNOWN_POLICY, PAGE))
        check(failure.status == 404, f"the status is {failure.status}")
        check(bool(failure.code and failure.message), f"code and message are missing: {failure}")

    def html_503() -> None:
        failure = failure_of(lambda: client.jobs(policy, PAGE, fault="503-html"))
        check(failure.status == 503, f"the status is {failure.status}")

    scenario("login", login)
    scenario("list", list_jobs)
    scenario("create-delete", create_and_delete)
    scenario("unknown-status", unknown_status)
    scenario("zoneless-time", zoneless_time)
    scenario("nulls", nulls)
    scenario("unknown-field", unknown_field)
    scenario("documented-error", documented_error)
    scenario("html-503", html_503)
