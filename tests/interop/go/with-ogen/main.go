// The scenarios with the client that ogen makes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"otc-vbs-interop/ogenclient"
	"otc-vbs-interop/scenarios"
)

type client struct {
	api     *ogenclient.Client
	project ogenclient.ProjectId
}

type token string

func (t token) Token(context.Context, ogenclient.OperationName) (ogenclient.Token, error) {
	return ogenclient.Token{APIKey: string(t)}, nil
}

type faultKey struct{}

// transport passes a fault of the context on to the sandbox.
type transport struct{}

func (transport) Do(request *http.Request) (*http.Response, error) {
	if fault, ok := request.Context().Value(faultKey{}).(string); ok && fault != "" {
		request.Header.Set(scenarios.FaultHeader, fault)
	}
	return http.DefaultClient.Do(request)
}

func withFault(fault string) context.Context {
	return context.WithValue(context.Background(), faultKey{}, fault)
}

func main() {
	scenarios.Run(func(login scenarios.Login) (scenarios.Client, error) {
		api, err := ogenclient.NewClient(login.Endpoint, token(login.Token), ogenclient.WithClient(transport{}))
		return &client{api, ogenclient.ProjectId(login.Project)}, err
	})
}

// failure is what a documented failure says. Each status of each operation has a type of its own.
func failure(status int, documented ogenclient.VbsError) error {
	failure := scenarios.Failure{Status: status}
	if detail, ok := documented.Error.Get(); ok {
		failure.Message = detail.Message.Or("")
		if err := json.Unmarshal(detail.Code, &failure.Code); err != nil {
			return err
		}
	}
	return &failure
}

func (c *client) Policies(fault string) ([]scenarios.Policy, error) {
	params := ogenclient.ListBackupPoliciesParams{ProjectID: c.project}
	answer, err := c.api.ListBackupPolicies(withFault(fault), params)
	if err != nil {
		return nil, err
	}
	list, ok := answer.(*ogenclient.BackupPolicyList)
	if !ok {
		return nil, fmt.Errorf("the answer is a %T", answer)
	}
	var policies []scenarios.Policy
	for _, found := range list.BackupPolicies {
		policy := scenarios.Policy{ID: string(found.BackupPolicyID)}
		if name, ok := found.BackupPolicyName.Get(); ok {
			policy.Name = &name
		}
		if schedule, ok := found.ScheduledPolicy.Get(); ok {
			policy.HasSchedule = true
			days, _ := schedule.WeekFrequency.Get()
			for _, day := range days {
				policy.WeekFrequency = append(policy.WeekFrequency, string(day))
			}
		}
		policies = append(policies, policy)
	}
	return policies, nil
}

func (c *client) CreatePolicy(name string) (string, error) {
	spec := ogenclient.BackupPolicySpec{
		BackupPolicyName: ogenclient.PolicyName(name),
		ScheduledPolicy: ogenclient.PolicyScheduleSpec{
			StartTime: "12:00", Status: "ON",
			Frequency: ogenclient.NewOptInt32(1), RententionNum: ogenclient.NewOptInt32(2),
		},
	}
	params := ogenclient.CreateBackupPolicyParams{ProjectID: c.project}
	answer, err := c.api.CreateBackupPolicy(context.Background(), &spec, params)
	if err != nil {
		return "", err
	}
	switch answer := answer.(type) {
	case *ogenclient.BackupPolicyReference:
		return string(answer.BackupPolicyID), nil
	case *ogenclient.CreateBackupPolicyBadRequest:
		return "", failure(http.StatusBadRequest, ogenclient.VbsError(*answer))
	default:
		return "", fmt.Errorf("the answer is a %T", answer)
	}
}

func (c *client) DeletePolicy(policy string) (int, error) {
	params := ogenclient.DeleteBackupPolicyParams{ProjectID: c.project, PolicyID: ogenclient.PolicyId(policy)}
	answer, err := c.api.DeleteBackupPolicy(context.Background(), params)
	if err != nil {
		return 0, err
	}
	if _, ok := answer.(*ogenclient.DeleteBackupPolicyNoContent); !ok {
		return 0, fmt.Errorf("the answer is a %T", answer)
	}
	return http.StatusNoContent, nil
}

func (c *client) Jobs(policy string, limit int32, marker string, fault string) ([]scenarios.Job, error) {
	params := ogenclient.ListBackupJobsParams{
		ProjectID: c.project,
		PolicyID:  ogenclient.PolicyId(policy),
		Limit:     ogenclient.NewOptInt32(limit),
	}
	if marker != "" {
		params.Marker = ogenclient.NewOptBackupJobId(ogenclient.BackupJobId(marker))
	}
	answer, err := c.api.ListBackupJobs(withFault(fault), params)
	if err != nil {
		return nil, err
	}
	switch answer := answer.(type) {
	case *ogenclient.BackupJobList:
		var jobs []scenarios.Job
		for _, found := range answer.Tasks {
			jobs = append(jobs, scenarios.Job{
				ID:         string(found.JobID),
				Status:     string(found.Status),
				CreatedAt:  string(found.CreatedAt),
				FinishedAt: string(found.FinishedAt.Or("")),
			})
		}
		return jobs, nil
	case *ogenclient.ListBackupJobsNotFound:
		return nil, failure(http.StatusNotFound, ogenclient.VbsError(*answer))
	default:
		return nil, fmt.Errorf("the answer is a %T", answer)
	}
}
