// The scenarios with the client that Hey API's openapi-ts makes.

import { createClient } from "./hey-api/client/index.js";
import {
  createBackupPolicy,
  deleteBackupPolicy,
  listBackupJobs,
  listBackupPolicies,
} from "./hey-api/index.js";
import { answered, headers, run } from "./scenarios.js";

await run(({ endpoint, token, project }) => {
  const client = createClient({ baseUrl: endpoint, auth: () => token });
  return {
    async policies(fault) {
      const path = { project_id: project };
      const answer = listBackupPolicies({ client, path, headers: headers(fault) });
      return (await answered(answer)).backup_policies;
    },
    async createPolicy(name) {
      const path = { project_id: project };
      const body = {
        backup_policy_name: name,
        scheduled_policy: { start_time: "12:00", status: "ON", frequency: 1, rentention_num: 2 },
      };
      return (await answered(createBackupPolicy({ client, path, body }))).backup_policy_id;
    },
    async deletePolicy(policy_id) {
      const path = { project_id: project, policy_id };
      const deleted = await deleteBackupPolicy({ client, path, throwOnError: true });
      return deleted.response.status;
    },
    async jobs(policy_id, query, fault) {
      const path = { project_id: project, policy_id };
      return (await answered(listBackupJobs({ client, path, query, headers: headers(fault) }))).tasks;
    },
  };
});
