"""The scenarios with the client that openapi-generator makes."""

from collections.abc import Callable
from typing import TypeVar

import scenarios
from scenarios import Failure, Job, Login, Policy
from vbs_openapi_generator import (
    ApiClient,
    ApiException,
    BackupPoliciesApi,
    BackupPolicySpec,
    Configuration,
    PolicyScheduleSpec,
    VbsError,
)

T = TypeVar("T")


def answer(call: Callable[[], T]) -> T:
    try:
        return call()
    except ApiException as error:
        detail = error.data.error if isinstance(error.data, VbsError) else None
        if detail is None:
            raise Failure(error.status) from error
        raise Failure(error.status, detail.code, detail.message) from error


class Client:
    def __init__(self, login: Login) -> None:
        self.project = login.project
        configuration = Configuration(host=login.endpoint, api_key={"token": login.token})
        self.api = BackupPoliciesApi(ApiClient(configuration))

    def policies(self, fault: str | None = None) -> list[Policy]:
        headers = {"X-Sandbox-Fault": fault} if fault else None
        found = answer(lambda: self.api.list_backup_policies(self.project, _headers=headers))
        return [
            Policy(
                policy.backup_policy_id,
                policy.backup_policy_name,
                policy.scheduled_policy is not None,
                policy.scheduled_policy.week_frequency if policy.scheduled_policy else None,
            )
            for policy in found.backup_policies
        ]

    def create_policy(self, name: str) -> str:
        schedule = PolicyScheduleSpec(start_time="12:00", status="ON", frequency=1, rentention_num=2)
        spec = BackupPolicySpec(backup_policy_name=name, scheduled_policy=schedule)
        return answer(lambda: self.api.create_backup_policy(self.project, spec)).backup_policy_id

    def delete_policy(self, policy: str) -> int:
        return answer(
            lambda: self.api.delete_backup_policy_with_http_info(self.project, policy)
        ).status_code

    def jobs(
        self, policy: str, limit: int, marker: str | None = None, fault: str | None = None
    ) -> list[Job]:
        headers = {"X-Sandbox-Fault": fault} if fault else None
        page = answer(
            lambda: self.api.list_backup_jobs(
                self.project, policy, limit=limit, marker=marker, _headers=headers
            )
        )
        return [Job(job.job_id, job.status, job.created_at, job.finished_at) for job in page.tasks]


scenarios.run(Client)
