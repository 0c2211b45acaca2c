// Reads all backup jobs of a policy with the types that openapi-typescript makes, and openapi-fetch. Prints how many there are.

import createClient from "openapi-fetch";
import type { paths } from "./vbs.js";

const [baseUrl = "", project_id = "", policy_id = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { "X-Auth-Token": "token" } });
let jobs = 0;
let failed = 0;
let marker: string | undefined;
for (;;) {
  const query = { limit: 1000, ...(marker === undefined ? {} : { marker }) };
  const params = { path: { project_id, policy_id }, query };
  const { data } = await client.GET("/v2/{project_id}/backuppolicy/{policy_id}/backuptasks", { params });
  if (data === undefined) throw new Error("the request failed");
  const last = data.tasks.at(-1);
  if (last === undefined) break;
  jobs += data.tasks.length;
  failed += data.tasks.filter((job) => job.status === "EXECUTE_FAIL").length;
  marker = last.job_id;
}
console.log(`${jobs} jobs, ${failed} failed`);
