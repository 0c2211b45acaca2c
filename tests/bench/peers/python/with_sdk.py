"""Reads all backup jobs of a policy with the cloud's own SDK, and prints how many there are."""

import sys

import openstack
from otcextensions import sdk
from otcextensions.sdk.volume_backup.v2.backup_task import BackupTask

address, project, policy = sys.argv[1:]
connection = openstack.connect(
    auth={
        "auth_url": f"{address}/v3",
        "username": "user",
        "password": "password",
        "project_id": project,
        "user_domain_name": "domain",
    },
    region_name="eu-de",
    volume_backup_endpoint_override=f"{address}/v2/{project}",
)
sdk.register_otc_extensions(connection)
jobs = failed = 0
# `connection.volume_backup.tasks(policy)` reads one page only, and passes an argument that its own `list` refuses.
for task in BackupTask.list(connection.volume_backup, policy_id=policy, limit=1000, paginated=True):
    jobs += 1
    failed += task.status == "EXECUTE_FAIL"
print(f"{jobs} jobs, {failed} failed")
