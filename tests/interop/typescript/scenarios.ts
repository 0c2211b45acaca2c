// What every client has to do with the sandbox.
//
// Of each scenario one line says how it went: `ok NAME` or `fail NAME: why`. `cargo xtask test interop` reads them.

import assert from "node:assert/strict";

export interface Policy {
  backup_policy_id: string;
  backup_policy_name?: string | null;
  scheduled_policy?: { week_frequency?: string[] | null } | null;
}

export interface Job {
  job_id: string;
  status: string;
  created_at: string;
  finished_at?: string | null;
}

/** The documented body of a failure, as far as the scenarios look at it. */
export interface DocumentedError {
  error?: { code?: unknown; message?: string | null } | null;
}

/** What the client tells of a request that failed. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly error: DocumentedError | undefined,
  ) {
    super(`status ${status}`);
  }
}

/** A generated client. Each fault is what the sandbox does to the answer. */
export interface Client {
  policies(fault?: string): Promise<Policy[]>;
  createPolicy(name: string): Promise<string>;
  /** Returns the status. */
  deletePolicy(policy: string): Promise<number>;
  jobs(policy: string, query: { limit: number; marker?: string }, fault?: string): Promise<Job[]>;
}

export interface Login {
  endpoint: string;
  token: string;
  project: string;
}

/** What clients that use `fetch` return. */
export interface Answer<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** The data of a success; a failure is thrown. */
export async function answered<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response === undefined) throw error;
  if (data === undefined) throw new Failure(response.status, error as DocumentedError | undefined);
  return data;
}

/** The header by which the sandbox is told what to do to the answer. */
export function headers(fault?: string): Record<string, string> {
  return fault === undefined ? {} : { "X-Sandbox-Fault": fault };
}

const unknownPolicy = "00000000-0000-4000-8000-000000000000";
// More jobs than the sandbox has, and fewer.
const all = 100;
const page = 3;

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Gets a token of the identity service, which is not part of the document. */
async function logIn(): Promise<Login> {
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
  const endpoint = variable("VBS_ENDPOINT").replace(/\/$/, "");
  return { endpoint, token, project: body.token.project.id };
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

async function first<T>(items: Promise<T[]>): Promise<T> {
  const [item] = await items;
  assert(item !== undefined, "the list is empty");
  return item;
}

/** Runs all scenarios with the client that `connect` returns. */
export async function run(connect: (login: Login) => Client): Promise<void> {
  let client: Client;
  let policy = "";
  let jobs: Job[] = [];

  await scenario("login", async () => {
    client = connect(await logIn());
  });

  await scenario("list", async () => {
    policy = (await first(client.policies())).backup_policy_id;
    jobs = await client.jobs(policy, { limit: all });
    const walked: Job[] = [];
    for (;;) {
      const last = walked.at(-1);
      const found = await client.jobs(policy, last ? { limit: page, marker: last.job_id } : { limit: page });
      if (found.length === 0) break;
      walked.push(...found);
    }
    assert(jobs.length > page, `${jobs.length} jobs are no more than a page`);
    assert.deepEqual(walked, jobs, "the pages together are not the whole list");
  });

  await scenario("create-delete", async () => {
    const created = await client.createPolicy("interop");
    const isThere = async () =>
      (await client.policies()).some((policy) => policy.backup_policy_id === created);
    assert(await isThere(), "the policy is missing");
    assert.equal(await client.deletePolicy(created), 204);
    assert(!(await isThere()), "the policy is still there");
  });

  await scenario("unknown-status", async () => {
    const job = await first(client.jobs(policy, { limit: page }, "unknown-status"));
    assert.equal(job.status, "SANDBOX_UNKNOWN");
  });

  await scenario("zoneless-time", async () => {
    const job = await first(client.jobs(policy, { limit: page }, "time-without-zone"));
    assert.equal(job.created_at, jobs[0]?.created_at.replace(/Z$/, ""));
  });

  await scenario("nulls", async () => {
    assert.equal((await first(client.policies("nulls"))).backup_policy_name, null);
    assert.equal((await first(client.policies("nulls; field=scheduled_policy"))).scheduled_policy, null);
    const { scheduled_policy } = await first(client.policies("nulls; field=week_frequency"));
    assert(!scheduled_policy?.week_frequency, "there are days");
    const finished = jobs.findIndex((job) => job.finished_at);
    const unfinished = await client.jobs(policy, { limit: all }, "nulls; field=finished_at");
    assert.equal(unfinished[finished]?.finished_at, null);
  });

  await scenario("unknown-field", async () => {
    const found = await client.jobs(policy, { limit: all }, "unknown-field");
    const known = ({ job_id, status, created_at }: Job) => ({ job_id, status, created_at });
    assert.deepEqual(found.map(known), jobs.map(known));
  });

  await scenario("documented-error", async () => {
    const failure = await failureOf(client.jobs(unknownPolicy, { limit: page }));
    assert.equal(failure.status, 404);
    assert(failure.error?.error?.code && failure.error.error.message, "code and message are missing");
  });

  await scenario("html-503", async () => {
    const failure = await failureOf(client.jobs(policy, { limit: page }, "503-html"));
    assert.equal(failure.status, 503);
  });
}
