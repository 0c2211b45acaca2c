"""Reads all backup jobs of a policy with requests, and prints how many there are."""

import sys

import requests

url = sys.argv[1]
session = requests.Session()
session.trust_env = False
session.headers["X-Auth-Token"] = "token"
query, jobs, failed = {"limit": 1000}, 0, 0
while True:
    response = session.get(url, params=query)
    response.raise_for_status()
    tasks = response.json()["tasks"]
    if not tasks:
        break
    jobs += len(tasks)
    failed += sum(task["status"] == "EXECUTE_FAIL" for task in tasks)
    query["marker"] = tasks[-1]["job_id"]
print(f"{jobs} jobs, {failed} failed")
