package otc.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import otc.vbs.ApiClient;
import otc.vbs.ApiException;
import otc.vbs.api.BackupPoliciesApi;
import otc.vbs.model.BackupJob;
import otc.vbs.model.BackupPolicy;
import otc.vbs.model.BackupPolicySpec;
import otc.vbs.model.PolicyScheduleSpec;
import otc.vbs.model.VbsError;

/**
 * The scenarios with the client that openapi-generator makes (library native).
 *
 * <p>Of each scenario one line says how it went: {@code ok NAME} or {@code fail NAME: why}. {@code cargo xtask
 * interop} reads them.
 */
final class Main {
  private static final String UNKNOWN_POLICY = "00000000-0000-4000-8000-000000000000";
  // More jobs than the sandbox has, and fewer.
  private static final int ALL = 100;
  private static final int PAGE = 3;

  private interface Scenario {
    void run() throws Exception;
  }

  private ApiClient client;
  private BackupPoliciesApi api;
  private String project;
  private String policy;
  private List<BackupJob> jobs = List.of();

  public static void main(String[] arguments) {
    var main = new Main();
    scenario("login", main::login);
    scenario("list", main::list);
    scenario("create-delete", main::createAndDelete);
    scenario("unknown-status", main::unknownStatus);
    scenario("zoneless-time", main::zonelessTime);
    scenario("nulls", main::nulls);
    scenario("unknown-field", main::unknownField);
    scenario("documented-error", main::documentedError);
    scenario("html-503", main::html503);
  }

  private static void scenario(String name, Scenario body) {
    try {
      body.run();
      System.out.println("ok " + name);
    } catch (Exception | AssertionError error) {
      System.out.println("fail " + name + ": " + error.toString().replaceAll("\\s+", " "));
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static void same(Object expected, Object found) {
    check(Objects.equals(expected, found), "expected " + expected + ", found " + found);
  }

  /** The header by which the sandbox is told what to do to the answer. */
  private static Map<String, String> fault(String fault) {
    return Map.of("X-Sandbox-Fault", fault);
  }

  private List<BackupJob> jobs(String of, int limit, String marker, Map<String, String> headers)
      throws ApiException {
    return api.listBackupJobs(project, of, null, limit, marker, null, null, null, null, headers).getTasks();
  }

  private List<BackupJob> jobs(int limit, String fault) throws ApiException {
    return jobs(policy, limit, null, fault(fault));
  }

  private BackupPolicy firstPolicy(String fault) throws ApiException {
    return api.listBackupPolicies(project, fault(fault)).getBackupPolicies().get(0);
  }

  private ApiException failureOf(Scenario call) throws Exception {
    try {
      call.run();
    } catch (ApiException failure) {
      return failure;
    }
    throw new AssertionError("the request should have failed");
  }

  private void login() throws Exception {
    var login = Login.logIn();
    project = login.project();
    client = new ApiClient();
    client.updateBaseUri(login.endpoint());
    client.setRequestInterceptor(request -> request.header("X-Auth-Token", login.token()));
    api = new BackupPoliciesApi(client);
  }

  private void list() throws ApiException {
    policy = api.listBackupPolicies(project).getBackupPolicies().get(0).getBackupPolicyId();
    jobs = jobs(policy, ALL, null, null);
    var walked = new ArrayList<BackupJob>();
    String marker = null;
    for (; ; ) {
      var page = jobs(policy, PAGE, marker, null);
      if (page.isEmpty()) {
        break;
      }
      walked.addAll(page);
      marker = page.get(page.size() - 1).getJobId();
    }
    check(jobs.size() > PAGE, jobs.size() + " jobs are no more than a page");
    same(jobs, walked);
  }

  private boolean isThere(String id) throws ApiException {
    return api.listBackupPolicies(project).getBackupPolicies().stream()
        .anyMatch(found -> found.getBackupPolicyId().equals(id));
  }

  private void createAndDelete() throws ApiException {
    var schedule = new PolicyScheduleSpec().startTime("12:00").status("ON").frequency(1).rententionNum(2);
    var spec = new BackupPolicySpec().backupPolicyName("interop").scheduledPolicy(schedule);
    var created = api.createBackupPolicy(project, spec).getBackupPolicyId();
    check(isThere(created), "the policy is missing");
    same(204, api.deleteBackupPolicyWithHttpInfo(project, created).getStatusCode());
    check(!isThere(created), "the policy is still there");
  }

  private void unknownStatus() throws ApiException {
    same("SANDBOX_UNKNOWN", jobs(PAGE, "unknown-status").get(0).getStatus());
  }

  private void zonelessTime() throws ApiException {
    var expected = jobs.get(0).getCreatedAt().replaceAll("Z$", "");
    same(expected, jobs(PAGE, "time-without-zone").get(0).getCreatedAt());
  }

  private void nulls() throws ApiException {
    same(null, firstPolicy("nulls").getBackupPolicyName());
    same(null, firstPolicy("nulls; field=scheduled_policy").getScheduledPolicy());
    var days = firstPolicy("nulls; field=week_frequency").getScheduledPolicy().getWeekFrequency();
    check(days == null || days.isEmpty(), "the days are " + days);
    var finished = jobs.indexOf(jobs.stream().filter(job -> job.getFinishedAt() != null).findFirst().get());
    same(null, jobs(ALL, "nulls; field=finished_at").get(finished).getFinishedAt());
  }

  private void unknownField() throws ApiException {
    same(jobs, jobs(ALL, "unknown-field"));
  }

  private void documentedError() throws Exception {
    var failure = failureOf(() -> jobs(UNKNOWN_POLICY, PAGE, null, null));
    same(404, failure.getCode());
    // The exception has the body as text.
    var error = client.getObjectMapper().readValue(failure.getResponseBody(), VbsError.class).getError();
    check(error.getCode() != null && error.getMessage() != null, "code or message is missing: " + error);
  }

  private void html503() throws Exception {
    same(503, failureOf(() -> jobs(PAGE, "503-html")).getCode());
  }
}
