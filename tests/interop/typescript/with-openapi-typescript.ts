// The scenarios with the types that openapi-typescript makes, and openapi-fetch.

import createClient from "openapi-fetch";
import { answered, headers, run } from "./scenarios.js";
import type { paths } from "./vbs.js";

await run(({ endpoint, token, project }) => {
  const client = createClient<paths>({ baseUrl: endpoint, headers: { "X-Auth-Token": token } });
  return {
    async policies(fault) {
      const params = { path: { project_id: project } };
      const answer = client.GET("/v2/{project_id}/backuppolicy", { params, headers: headers(fault) });
      return (await answered(answer)).backup_policies;
    },
    async createPolicy(name) {
      const params = { path: { project_id: project } };
      const body = {
        backup_policy_name: name,
        scheduled_policy: { start_time: "12:00", status: "ON", frequency: 1, rentention_num: 2 },
      };
      const answer = client.POST("/v2/{project_id}/backuppolicy", { params, body });
      return (await answered(answer)).backup_policy_id;
    },
    async deletePolicy(policy_id) {
      const path = { project_id: project, policy_id };
      const deleted = await client.DELETE("/v2/{project_id}/backuppolicy/{policy_id}", { params: { path } });
      return deleted.response.status;
    },
    async jobs(policy_id, query, fault) {
      const params = { path: { project_id: project, policy_id }, query };
      const path = "/v2/{project_id}/backuppolicy/{policy_id}/backuptasks";
      return (await answered(client.GET(path, { params, headers: headers(fault) }))).tasks;
    },
  };
});
