// The scenarios with the client that oapi-codegen makes.
package main

import (
	"context"
	"net/http"

	"otc-vbs-interop/oapicodegen"
	"otc-vbs-interop/scenarios"
)

type client struct {
	api     *oapicodegen.ClientWithResponses
	project string
}

func main() {
	scenarios.Run(func(login scenarios.Login) (scenarios.Client, error) {
		authorize := func(_ context.Context, request *http.Request) error {
			request.Header.Set("X-Auth-Token", login.Token)
			return nil
		}
		api, err := oapicodegen.NewClientWithResponses(login.Endpoint, oapicodegen.WithRequestEditorFn(authorize))
		return &client{api, login.Project}, err
	})
}

func withFault(fault string) oapicodegen.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		if fault != "" {
			request.Header.Set(scenarios.FaultHeader, fault)
		}
		return nil
	}
}

func failure(status int, documented *oapicodegen.VbsError) error {
	failure := scenarios.Failure{Status: status}
	if documented != nil && documented.Error != nil {
		if detail := documented.Error; detail.Code != nil && detail.Message != nil {
			failure.Code, failure.Message = *detail.Code, *detail.Message
		}
	}
	return &failure
}

func (c *client) Policies(fault string) ([]scenarios.Policy, error) {
	answer, err := c.api.ListBackupPoliciesWithResponse(context.Background(), c.project, withFault(fault))
	if err != nil {
		return nil, err
	}
	if answer.JSON200 == nil {
		return nil, failure(answer.StatusCode(), nil)
	}
	var policies []scenarios.Policy
	for _, found := range answer.JSON200.BackupPolicies {
		policy := scenarios.Policy{ID: found.BackupPolicyId, Name: found.BackupPolicyName}
		if schedule := found.ScheduledPolicy; schedule != nil {
			policy.HasSchedule = true
			if schedule.WeekFrequency != nil {
				policy.WeekFrequency = *schedule.WeekFrequency
			}
		}
		policies = append(policies, policy)
	}
	return policies, nil
}

func (c *client) CreatePolicy(name string) (string, error) {
	frequency, retention := int32(1), int32(2)
	spec := oapicodegen.BackupPolicySpec{
		BackupPolicyName: name,
		ScheduledPolicy: oapicodegen.PolicyScheduleSpec{
			StartTime: "12:00", Status: "ON", Frequency: &frequency, RententionNum: &retention,
		},
	}
	answer, err := c.api.CreateBackupPolicyWithResponse(context.Background(), c.project, spec)
	if err != nil {
		return "", err
	}
	if answer.JSON200 == nil {
		return "", failure(answer.StatusCode(), answer.JSON400)
	}
	return answer.JSON200.BackupPolicyId, nil
}

func (c *client) DeletePolicy(policy string) (int, error) {
	answer, err := c.api.DeleteBackupPolicyWithResponse(context.Background(), c.project, policy)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode(), nil
}

func (c *client) Jobs(policy string, limit int32, marker string, fault string) ([]scenarios.Job, error) {
	params := oapicodegen.ListBackupJobsParams{Limit: &limit}
	if marker != "" {
		params.Marker = &marker
	}
	answer, err := c.api.ListBackupJobsWithResponse(context.Background(), c.project, policy, &params, withFault(fault))
	if err != nil {
		return nil, err
	}
	if answer.JSON200 == nil {
		return nil, failure(answer.StatusCode(), answer.JSON404)
	}
	var jobs []scenarios.Job
	for _, found := range answer.JSON200.Tasks {
		job := scenarios.Job{ID: found.JobId, Status: found.Status, CreatedAt: found.CreatedAt}
		if found.FinishedAt != nil {
			job.FinishedAt = *found.FinishedAt
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}
