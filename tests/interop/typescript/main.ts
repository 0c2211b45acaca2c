// The scenarios with the types that openapi-typescript makes, and openapi-fetch.
//
// Of each scenario one line says how it went: `ok NAME` or `fail NAME: why`. `cargo xtask interop` reads them.

import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./vbs.js";

type Job = components["schemas"]["BackupJob"];
type Policy = components["schemas"]["BackupPolicy"];
type VbsError = components["schemas"]["VbsError"];
type Answer<T> = { data?: T; error?: VbsError; response: Response };

const unknownPolicy = "00000000-0000-4000-8000-000000000000";
// More jobs than the sandbox has, and fewer.
const all = 100;
const page = 3;

/** What the client tells of a request that failed. */
class Failure extends Error {
  constructor(
    readonly status: number,
    readonly error: VbsError | undefined,
  ) {
    super(`status ${status}`);
  }
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Gets a token of the identity service, which is not part of the document. */
async function logIn(): Promise<{ token: string; project: string }> {
  const user = {
    name: variable("OS_USERNAME"),
    password: variable("OS_PASSWORD"),
    domain: { name: variable("OS_USER_DOMAIN_NAME") },
  };
  const project = {
    name: variable("OS_PROJECT_NAME"),
    domain: { name: variable("OS_PROJECT_DOMAIN_NAME") },
  };
  const answer = await fetch(`${variable("OS_AUTH_URL").replace(/\/$/, "")}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: { identity: { methods: ["password"], password: { user } }, scope: { project } },
    }),
  });
  const token = answer.headers.get("X-Subject-Token");
  if (token === null) throw new Error(`no token, status ${answer.status}`);
  const body = (await answer.json()) as { token: { project: { id: string } } };
  return { token, project: body.token.project.id };
}

async function answered<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (data === undefined) throw new Failure(response.status, error);
  return data;
}

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the request should have failed");
}

async function scenario(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`fail ${name}: ${String(error).replace(/\s+/g, " ")}`);
  }
}

let client: Client<paths>;
let project = "";
let policy = "";
let jobs: Job[] = [];

/** The header by which the sandbox is told what to do to the answer. */
function headers(fault?: string): Record<string, string> {
  return fault === undefined ? {} : { "X-Sandbox-Fault": fault };
}

async function policies(fault?: string): Promise<Policy[]> {
  const params = { path: { project_id: project } };
  const answer = client.GET("/v2/{project_id}/backuppolicy", { params, headers: headers(fault) });
  return (await answered(answer)).backup_policies;
}

async function jobsOf(
  policy_id: string,
  query: { limit: number; marker?: string },
  fault?: string,
): Promise<Job[]> {
  const params = { path: { project_id: project, policy_id }, query };
  const path = "/v2/{project_id}/backuppolicy/{policy_id}/backuptasks";
  return (await answered(client.GET(path, { params, headers: headers(fault) }))).tasks;
}

async function first<T>(items: Promise<T[]>): Promise<T> {
  const [item] = await items;
  assert(item !== undefined, "the list is empty");
  return item;
}

await scenario("login", async () => {
  const login = await logIn();
  project = login.project;
  client = createClient<paths>({
    baseUrl: variable("VBS_ENDPOINT").replace(/\/$/, ""),
    headers: { "X-Auth-Token": login.token },
  });
});

await scenario("list", async () => {
  policy = (await first(policies())).backup_policy_id;
  jobs = await jobsOf(policy, { limit: all });
  const walked: Job[] = [];
  for (;;) {
    const last = walked.at(-1);
    const found = await jobsOf(policy, last ? { limit: page, marker: last.job_id } : { limit: page });
    if (found.length === 0) break;
    walked.push(...found);
  }
  assert(jobs.length > page, `${jobs.length} jobs are no more than a page`);
  assert.deepEqual(walked, jobs, "the pages together are not the whole list");
});

await scenario("create-delete", async () => {
  const params = { path: { project_id: project } };
  const body = {
    backup_policy_name: "interop",
    scheduled_policy: { start_time: "12:00", status: "ON", frequency: 1, rentention_num: 2 },
  };
  const created = await answered(client.POST("/v2/{project_id}/backuppolicy", { params, body }));
  const policy_id = created.backup_policy_id;
  const isThere = async () => (await policies()).some((policy) => policy.backup_policy_id === policy_id);
  assert(await isThere(), "the policy is missing");
  const path = { project_id: project, policy_id };
  const deleted = await client.DELETE("/v2/{project_id}/backuppolicy/{policy_id}", { params: { path } });
  assert.equal(deleted.response.status, 204);
  assert.equal(deleted.error, undefined);
  assert(!(await isThere()), "the policy is still there");
});

await scenario("unknown-status", async () => {
  const job = await first(jobsOf(policy, { limit: page }, "unknown-status"));
  assert.equal(job.status, "SANDBOX_UNKNOWN");
});

await scenario("zoneless-time", async () => {
  const job = await first(jobsOf(policy, { limit: page }, "time-without-zone"));
  assert.equal(job.created_at, jobs[0]?.created_at.replace(/Z$/, ""));
});

await scenario("nulls", async () => {
  assert.equal((await first(policies("nulls"))).backup_policy_name, null);
  assert.equal((await first(policies("nulls; field=scheduled_policy"))).scheduled_policy, null);
  const { scheduled_policy } = await first(policies("nulls; field=week_frequency"));
  assert(!scheduled_policy?.week_frequency, "there are days");
  const finished = jobs.findIndex((job) => job.finished_at);
  const unfinished = await jobsOf(policy, { limit: all }, "nulls; field=finished_at");
  assert.equal(unfinished[finished]?.finished_at, null);
});

await scenario("unknown-field", async () => {
  const found = await jobsOf(policy, { limit: all }, "unknown-field");
  const known = ({ job_id, status, created_at }: Job) => ({ job_id, status, created_at });
  assert.deepEqual(found.map(known), jobs.map(known));
});

await scenario("documented-error", async () => {
  const failure = await failureOf(jobsOf(unknownPolicy, { limit: page }));
  assert.equal(failure.status, 404);
  assert(failure.error?.error?.code && failure.error.error.message, "code and message are missing");
});

await scenario("html-503", async () => {
  const failure = await failureOf(jobsOf(policy, { limit: page }, "503-html"));
  assert.equal(failure.status, 503);
});
