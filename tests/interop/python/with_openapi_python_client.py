"""The scenarios with the client that openapi-python-client makes."""

from typing import TypeVar

import scenarios
from scenarios import Failure, Job, Login, Policy
from vbs_openapi_python_client import AuthenticatedClient
from vbs_openapi_python_client.api.backup_policies import (
    create_backup_policy,
    delete_backup_policy,
    list_backup_jobs,
    list_backup_policies,
)
from vbs_openapi_python_client.models import (
    BackupPolicySpec,
    PolicySchedule,
    PolicyScheduleSpec,
    VbsError,
    VbsErrorDetail,
)
from vbs_openapi_python_client.types import UNSET, Response, Unset

T = TypeVar("T")


def answer(response: Response[T | VbsError]) -> T:
    """The answer, or the documented error as an exception."""
    parsed = response.parsed
    if parsed is None or isinstance(parsed, VbsError):
        detail = parsed.error if isinstance(parsed, VbsError) else None
        if not isinstance(detail, VbsErrorDetail):
            raise Failure(response.status_code)
        raise Failure(response.status_code, detail.code, detail.message or None)
    return parsed


def or_none(value: T | None | Unset) -> T | None:
    return None if isinstance(value, Unset) else value


class Client:
    def __init__(self, login: Login) -> None:
        self.project = login.project
        self.client = AuthenticatedClient(
            base_url=login.endpoint, token=login.token, prefix="", auth_header_name="X-Auth-Token"
        )

    def with_fault(self, fault: str | None) -> AuthenticatedClient:
        # Always there, since a header that was added to a client can't be taken away.
        return self.client.with_headers({"X-Sandbox-Fault": fault or "delay; delay=0ms"})

    def policies(self, fault: str | None = None) -> list[Policy]:
        response = list_backup_policies.sync_detailed(self.project, client=self.with_fault(fault))
        policies = []
        for policy in answer(response).backup_policies:
            schedule = policy.scheduled_policy
            days = schedule.week_frequency if isinstance(schedule, PolicySchedule) else None
            has_schedule = isinstance(schedule, PolicySchedule)
            name = or_none(policy.backup_policy_name)
            policies.append(Policy(policy.backup_policy_id, name, has_schedule, or_none(days)))
        return policies

    def create_policy(self, name: str) -> str:
        schedule = PolicyScheduleSpec(start_time="12:00", status="ON", frequency=1, rentention_num=2)
        spec = BackupPolicySpec(backup_policy_name=name, scheduled_policy=schedule)
        response = create_backup_policy.sync_detailed(
            self.project, client=self.with_fault(None), body=spec
        )
        return answer(response).backup_policy_id

    def delete_policy(self, policy: str) -> int:
        client = self.with_fault(None)
        return delete_backup_policy.sync_detailed(self.project, policy, client=client).status_code

    def jobs(
        self, policy: str, limit: int, marker: str | None = None, fault: str | None = None
    ) -> list[Job]:
        response = list_backup_jobs.sync_detailed(
            self.project, policy, client=self.with_fault(fault), limit=limit, marker=marker or UNSET
        )
        return [
            Job(job.job_id, job.status, job.created_at, or_none(job.finished_at))
            for job in answer(response).tasks
        ]


scenarios.run(Client)
