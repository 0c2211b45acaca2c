package gosdk

import (
	"fmt"
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/backups"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/policies"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

func TestCreatedPolicyIsListed(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "created")
	th.AssertDeepEquals(t, &policies.Policy{
		ID:   policy.ID,
		Name: "created",
		ScheduledPolicy: policies.ScheduledPolicy{
			StartTime:         "12:00",
			WeekFrequency:     []string{"WED"},
			RententionNum:     5,
			RemainFirstBackup: "N",
			Status:            "ON",
		},
	}, policy)
}

func TestUpdateChangesPolicy(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "before")
	updated, err := policies.Update(client, policy.ID, policies.UpdateOpts{
		Name: "after",
		ScheduledPolicy: policies.UpdateSchedule{
			StartTime:         "13:00",
			Frequency:         14,
			RententionDay:     30,
			RemainFirstBackup: "Y",
		},
	}).Extract()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, policy.ID, updated.ID)

	found := findPolicy(t, client, policy.ID)
	th.AssertEquals(t, "after", found.Name)
	th.AssertDeepEquals(t, policies.ScheduledPolicy{
		StartTime:         "13:00",
		Frequency:         14,
		RententionDay:     30,
		RemainFirstBackup: "Y",
		Status:            "ON",
	}, found.ScheduledPolicy)
}

func TestPoliciesAreFoundByStatus(t *testing.T) {
	client := signIn(t, withPassword)
	on, off := createPolicy(t, client, "on"), createPolicy(t, client, "off")
	switchOff(t, client, off.ID)
	for status, policy := range map[string]string{"ON": on.ID, "OFF": off.ID} {
		found, err := policies.List(client, policies.ListOpts{Status: status})
		th.AssertNoErr(t, err)
		th.AssertEquals(t, 1, len(found))
		th.AssertEquals(t, policy, found[0].ID)
	}
}

func TestDisksJoinAndLeavePolicy(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "disks")
	first, second := diskNamed(t, client, "disk-1"), diskNamed(t, client, "disk-2")
	associate(t, client, policy.ID, first, second)
	th.AssertEquals(t, 2, findPolicy(t, client, policy.ID).ResourceCount)

	unknown := "00000000-0000-4000-8000-000000000000"
	outcome, err := policies.Disassociate(client, policy.ID, policies.DisassociateOpts{
		Resources: []policies.DisassociateResource{{ResourceID: first}, {ResourceID: unknown}},
	}).ExtractResource()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 1, len(outcome.SuccessResources))
	th.AssertEquals(t, first, outcome.SuccessResources[0].ResourceID)
	th.AssertEquals(t, 1, len(outcome.FailResources))
	th.AssertEquals(t, unknown, outcome.FailResources[0].ResourceID)
	th.AssertEquals(t, 1, findPolicy(t, client, policy.ID).ResourceCount)
}

func TestRunBacksUpEachDisk(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "run")
	disks := []string{diskNamed(t, client, "disk-1"), diskNamed(t, client, "disk-2")}
	associate(t, client, policy.ID, disks...)
	runPolicy(t, client, policy.ID)

	backedUp := map[string]string{}
	for _, job := range waitForBackupJobs(t, client, policy.ID, len(disks)) {
		backedUp[job.ResourceID] = job.BackupName
	}
	for _, disk := range disks {
		found, err := backups.List(client, backups.ListOpts{VolumeId: disk, Status: "available"})
		th.AssertNoErr(t, err)
		th.AssertEquals(t, 1, len(found))
		th.AssertEquals(t, backedUp[disk], found[0].Name)
		deleteBackup(t, client, found[0].Id)
	}
}

func TestDeletedPolicyIsNotFound(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "deleted")
	th.AssertNoErr(t, policies.Delete(client, policy.ID).Err)
	th.AssertEquals(t, true, findPolicy(t, client, policy.ID) == nil)
	th.AssertEquals(t, true, isNotFound(policies.Delete(client, policy.ID).Err))
}

func switchOff(t *testing.T, client *sdk.ServiceClient, policy string) {
	t.Helper()
	opts := policies.UpdateOpts{ScheduledPolicy: policies.UpdateSchedule{Status: "OFF"}}
	th.AssertNoErr(t, policies.Update(client, policy, opts).Err)
}

// runPolicy runs a policy now. The SDK has no function for that, so it only sends the request.
func runPolicy(t *testing.T, client *sdk.ServiceClient, policy string) {
	t.Helper()
	url := client.ServiceURL("backuppolicy", policy, "action")
	_, err := client.Post(url, nil, nil, &sdk.RequestOpts{OkCodes: []int{204}})
	th.AssertNoErr(t, err)
}

type backupJob struct {
	Status     string `json:"status"`
	BackupName string `json:"backup_name"`
	ResourceID string `json:"resource_id"`
}

// waitForBackupJobs waits until a policy has this number of backup jobs and all have succeeded. The SDK has
// no function that lists backup jobs, so it only sends the request.
func waitForBackupJobs(t *testing.T, client *sdk.ServiceClient, policy string, count int) []backupJob {
	t.Helper()
	var jobs []backupJob
	th.AssertNoErr(t, sdk.WaitFor(waitSeconds, func() (bool, error) {
		var page struct {
			Tasks []backupJob `json:"tasks"`
		}
		_, err := client.Get(client.ServiceURL("backuppolicy", policy, "backuptasks"), &page, nil)
		if err != nil {
			return false, err
		}
		jobs = page.Tasks
		for _, job := range jobs {
			switch job.Status {
			case "EXECUTE_SUCCESS":
			case "WAITING", "RUNNING":
				return false, nil
			default:
				return false, fmt.Errorf("the job of disk %s ended with %s", job.ResourceID, job.Status)
			}
		}
		return len(jobs) >= count, nil
	}))
	th.AssertEquals(t, count, len(jobs))
	return jobs
}
