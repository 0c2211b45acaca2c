// The scenarios with the client that openapi-generator makes.
package main

import (
	"context"
	"errors"
	"net/http"

	"otc-vbs-interop/openapigenerator"
	"otc-vbs-interop/scenarios"
)

type client struct {
	login scenarios.Login
}

func main() {
	scenarios.Run(func(login scenarios.Login) (scenarios.Client, error) {
		return &client{login}, nil
	})
}

// api is a client of its own for each request, since headers belong to the configuration.
func (c *client) api(fault string) (*openapigenerator.BackupPoliciesAPIService, context.Context) {
	configuration := openapigenerator.NewConfiguration()
	configuration.Servers = openapigenerator.ServerConfigurations{{URL: c.login.Endpoint}}
	if fault != "" {
		configuration.AddDefaultHeader(scenarios.FaultHeader, fault)
	}
	keys := map[string]openapigenerator.APIKey{"token": {Key: c.login.Token}}
	authorized := context.WithValue(context.Background(), openapigenerator.ContextAPIKeys, keys)
	return openapigenerator.NewAPIClient(configuration).BackupPoliciesAPI, authorized
}

func failure(err error, answer *http.Response) error {
	if err == nil || answer == nil {
		return err
	}
	failure := scenarios.Failure{Status: answer.StatusCode}
	var documented *openapigenerator.GenericOpenAPIError
	if errors.As(err, &documented) {
		if body, ok := documented.Model().(openapigenerator.VbsError); ok && body.Error.IsSet() {
			detail := body.GetError()
			failure.Code, failure.Message = detail.GetCode(), detail.GetMessage()
		}
	}
	return &failure
}

func (c *client) Policies(fault string) ([]scenarios.Policy, error) {
	api, authorized := c.api(fault)
	list, answer, err := api.ListBackupPolicies(authorized, c.login.Project).Execute()
	if err != nil {
		return nil, failure(err, answer)
	}
	var policies []scenarios.Policy
	for _, found := range list.BackupPolicies {
		policy := scenarios.Policy{ID: found.BackupPolicyId, Name: found.BackupPolicyName.Get()}
		if schedule := found.ScheduledPolicy.Get(); schedule != nil {
			policy.HasSchedule = true
			policy.WeekFrequency = schedule.WeekFrequency
		}
		policies = append(policies, policy)
	}
	return policies, nil
}

func (c *client) CreatePolicy(name string) (string, error) {
	schedule := openapigenerator.NewPolicyScheduleSpec("12:00", "ON")
	schedule.SetFrequency(1)
	schedule.SetRententionNum(2)
	spec := openapigenerator.NewBackupPolicySpec(name, *schedule)
	api, authorized := c.api("")
	created, answer, err := api.CreateBackupPolicy(authorized, c.login.Project).BackupPolicySpec(*spec).Execute()
	if err != nil {
		return "", failure(err, answer)
	}
	return created.BackupPolicyId, nil
}

func (c *client) DeletePolicy(policy string) (int, error) {
	api, authorized := c.api("")
	answer, err := api.DeleteBackupPolicy(authorized, c.login.Project, policy).Execute()
	if err != nil {
		return 0, failure(err, answer)
	}
	return answer.StatusCode, nil
}

func (c *client) Jobs(policy string, limit int32, marker string, fault string) ([]scenarios.Job, error) {
	api, authorized := c.api(fault)
	request := api.ListBackupJobs(authorized, c.login.Project, policy).Limit(limit)
	if marker != "" {
		request = request.Marker(marker)
	}
	list, answer, err := request.Execute()
	if err != nil {
		return nil, failure(err, answer)
	}
	var jobs []scenarios.Job
	for _, found := range list.Tasks {
		job := scenarios.Job{ID: found.JobId, Status: found.Status, CreatedAt: found.CreatedAt}
		job.FinishedAt = found.GetFinishedAt()
		jobs = append(jobs, job)
	}
	return jobs, nil
}
