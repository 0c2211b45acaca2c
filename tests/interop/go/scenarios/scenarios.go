// Package scenarios is what every client has to do with the sandbox.
//
// Of each scenario one line says how it went: `ok NAME` or `fail NAME: why`. `cargo xtask test interop` reads them.
package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
)

const (
	unknownPolicy = "00000000-0000-4000-8000-000000000000"
	// More jobs than the sandbox has, and fewer.
	all  = 100
	page = 3
)

// FaultHeader tells the sandbox what to do to the answer.
const FaultHeader = "X-Sandbox-Fault"

type Policy struct {
	ID            string
	Name          *string
	HasSchedule   bool
	WeekFrequency []string
}

type Job struct {
	ID         string
	Status     string
	CreatedAt  string
	FinishedAt string
}

// Failure is what the client tells of a request that failed.
type Failure struct {
	Status  int
	Code    any
	Message string
}

func (f *Failure) Error() string {
	return fmt.Sprintf("status %d, code %v, message %q", f.Status, f.Code, f.Message)
}

// Client is a generated client. Each fault is what the sandbox does to the answer, nothing where it is empty.
type Client interface {
	Policies(fault string) ([]Policy, error)
	CreatePolicy(name string) (string, error)
	DeletePolicy(policy string) (status int, err error)
	Jobs(policy string, limit int32, marker string, fault string) ([]Job, error)
}

type Login struct {
	Endpoint string
	Token    string
	Project  string
}

type object map[string]any

// logIn gets a token of the identity service, which is not part of the document.
func logIn() (Login, error) {
	domain := object{"name": os.Getenv("OS_USER_DOMAIN_NAME")}
	user := object{"name": os.Getenv("OS_USERNAME"), "password": os.Getenv("OS_PASSWORD"), "domain": domain}
	project := object{
		"name":   os.Getenv("OS_PROJECT_NAME"),
		"domain": object{"name": os.Getenv("OS_PROJECT_DOMAIN_NAME")},
	}
	identity := object{"methods": []string{"password"}, "password": object{"user": user}}
	body, err := json.Marshal(object{"auth": object{"identity": identity, "scope": object{"project": project}}})
	if err != nil {
		return Login{}, err
	}
	url := strings.TrimSuffix(os.Getenv("OS_AUTH_URL"), "/") + "/auth/tokens"
	answer, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return Login{}, err
	}
	defer answer.Body.Close()
	var granted struct {
		Token struct{ Project struct{ ID string } }
	}
	if err := json.NewDecoder(answer.Body).Decode(&granted); err != nil {
		return Login{}, err
	}
	token := answer.Header.Get("X-Subject-Token")
	if token == "" {
		return Login{}, fmt.Errorf("no token, status %d", answer.StatusCode)
	}
	endpoint := strings.TrimSuffix(os.Getenv("VBS_ENDPOINT"), "/")
	return Login{endpoint, token, granted.Token.Project.ID}, nil
}

func scenario(name string, body func() error) {
	if err := body(); err != nil {
		fmt.Printf("fail %s: %s\n", name, strings.Join(strings.Fields(err.Error()), " "))
		return
	}
	fmt.Printf("ok %s\n", name)
}

func check(condition bool, format string, values ...any) error {
	if condition {
		return nil
	}
	return fmt.Errorf(format, values...)
}

// Run runs all scenarios with the client that connect returns.
func Run(connect func(Login) (Client, error)) {
	var r run
	scenario("login", func() error {
		login, err := logIn()
		if err != nil {
			return err
		}
		r.client, err = connect(login)
		return err
	})
	if r.client == nil {
		return
	}
	scenario("list", r.list)
	scenario("create-delete", r.createAndDelete)
	scenario("unknown-status", r.unknownStatus)
	scenario("zoneless-time", r.zonelessTime)
	scenario("nulls", r.nulls)
	scenario("unknown-field", r.unknownField)
	scenario("documented-error", r.documentedError)
	scenario("html-503", r.html503)
}

type run struct {
	client Client
	policy string
	jobs   []Job
}

func (r *run) firstPolicy(fault string) (Policy, error) {
	policies, err := r.client.Policies(fault)
	if err != nil {
		return Policy{}, err
	}
	if len(policies) == 0 {
		return Policy{}, errors.New("there are no policies")
	}
	return policies[0], nil
}

func (r *run) firstJob(fault string) (Job, error) {
	jobs, err := r.client.Jobs(r.policy, page, "", fault)
	if err != nil {
		return Job{}, err
	}
	if len(jobs) == 0 {
		return Job{}, errors.New("there are no jobs")
	}
	return jobs[0], nil
}

func (r *run) list() error {
	policy, err := r.firstPolicy("")
	if err != nil {
		return err
	}
	r.policy = policy.ID
	if r.jobs, err = r.client.Jobs(r.policy, all, "", ""); err != nil {
		return err
	}
	var walked []Job
	for marker := ""; ; marker = walked[len(walked)-1].ID {
		jobs, err := r.client.Jobs(r.policy, page, marker, "")
		if err != nil {
			return err
		}
		if len(jobs) == 0 {
			break
		}
		walked = append(walked, jobs...)
	}
	if err := check(len(r.jobs) > page, "%d jobs are no more than a page", len(r.jobs)); err != nil {
		return err
	}
	return check(slices.Equal(walked, r.jobs), "the pages together are not the whole list")
}

func (r *run) isThere(policy string) (bool, error) {
	policies, err := r.client.Policies("")
	is := func(found Policy) bool { return found.ID == policy }
	return slices.ContainsFunc(policies, is), err
}

func (r *run) createAndDelete() error {
	created, err := r.client.CreatePolicy("interop")
	if err != nil {
		return err
	}
	there, err := r.isThere(created)
	if err != nil || !there {
		return errors.Join(errors.New("the policy is missing"), err)
	}
	status, err := r.client.DeletePolicy(created)
	if err != nil || status != http.StatusNoContent {
		return errors.Join(fmt.Errorf("status %d", status), err)
	}
	there, err = r.isThere(created)
	if err != nil || there {
		return errors.Join(errors.New("the policy is still there"), err)
	}
	return nil
}

func (r *run) unknownStatus() error {
	job, err := r.firstJob("unknown-status")
	if err != nil {
		return err
	}
	return check(job.Status == "SANDBOX_UNKNOWN", "the status is %s", job.Status)
}

func (r *run) zonelessTime() error {
	job, err := r.firstJob("time-without-zone")
	if err != nil {
		return err
	}
	expected := strings.TrimSuffix(r.jobs[0].CreatedAt, "Z")
	return check(job.CreatedAt == expected, "the time is %s", job.CreatedAt)
}

func (r *run) nulls() error {
	policy, err := r.firstPolicy("nulls")
	if err != nil || policy.Name != nil {
		return errors.Join(errors.New("the name is not null"), err)
	}
	policy, err = r.firstPolicy("nulls; field=scheduled_policy")
	if err != nil || policy.HasSchedule {
		return errors.Join(errors.New("there is a schedule"), err)
	}
	policy, err = r.firstPolicy("nulls; field=week_frequency")
	if err != nil || len(policy.WeekFrequency) > 0 {
		return errors.Join(errors.New("there are days"), err)
	}
	jobs, err := r.client.Jobs(r.policy, all, "", "nulls; field=finished_at")
	if err != nil {
		return err
	}
	finished := slices.IndexFunc(r.jobs, func(job Job) bool { return job.FinishedAt != "" })
	return check(jobs[finished].FinishedAt == "", "the job finished at %s", jobs[finished].FinishedAt)
}

func (r *run) unknownField() error {
	jobs, err := r.client.Jobs(r.policy, all, "", "unknown-field")
	if err != nil {
		return err
	}
	return check(slices.Equal(jobs, r.jobs), "the jobs are others")
}

func failureOf(err error) (*Failure, error) {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure, nil
	}
	return nil, errors.Join(errors.New("the request should have failed with a status"), err)
}

func (r *run) documentedError() error {
	_, err := r.client.Jobs(unknownPolicy, page, "", "")
	failure, err := failureOf(err)
	if err != nil {
		return err
	}
	complete := failure.Status == http.StatusNotFound && failure.Code != nil && failure.Message != ""
	return check(complete, "status, code or message is missing: %v", failure)
}

func (r *run) html503() error {
	_, err := r.client.Jobs(r.policy, page, "", "503-html")
	failure, err := failureOf(err)
	if err != nil {
		return err
	}
	return check(failure.Status == http.StatusServiceUnavailable, "the status is %d", failure.Status)
}
