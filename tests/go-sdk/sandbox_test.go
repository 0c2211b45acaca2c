// Package gosdk uses the sandbox through the cloud's own Go SDK. `run` starts the sandbox and these tests.
package gosdk

import (
	"errors"
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/blockstorage/v3/volumes"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/backups"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/policies"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

// The clouds of the sandbox's clouds.yaml.
const (
	withPassword  = "sandbox-password"
	withAccessKey = "sandbox-aksk"
	otherProject  = "sandbox-other"
)

// The time after which a test stops waiting. At the sandbox's clock rate, the longest job takes about 2 s.
const waitSeconds = 60

// signIn returns a VBS client of a cloud of clouds.yaml.
func signIn(t *testing.T, cloud string) *sdk.ServiceClient {
	t.Helper()
	provider, err := openstack.NewEnv("OS_").AuthenticatedClient(cloud)
	th.AssertNoErr(t, err)
	client, err := openstack.NewVBSServiceV2(provider, sdk.EndpointOpts{})
	th.AssertNoErr(t, err)
	return client
}

// diskNamed returns the ID of a disk.
func diskNamed(t *testing.T, client *sdk.ServiceClient, name string) string {
	t.Helper()
	blockStorage, err := openstack.NewBlockStorageV3(client.ProviderClient, sdk.EndpointOpts{})
	th.AssertNoErr(t, err)
	page, err := volumes.List(blockStorage, volumes.ListOpts{Name: name}).AllPages()
	th.AssertNoErr(t, err)
	disks, err := volumes.ExtractVolumes(page)
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 1, len(disks))
	th.AssertEquals(t, name, disks[0].Name)
	return disks[0].ID
}

// createPolicy creates a policy, which the cleanup of the test deletes unless the test did. Its first backup
// job is due six days after the sandbox's clock starts, and so never while the tests run.
func createPolicy(
	t *testing.T, client *sdk.ServiceClient, name string, tags ...policies.Tag,
) *policies.Policy {
	t.Helper()
	created, err := policies.Create(client, policies.CreateOpts{
		Name: name,
		ScheduledPolicy: policies.ScheduledPolicy{
			StartTime:         "12:00",
			WeekFrequency:     []string{"WED"},
			RententionNum:     5,
			RemainFirstBackup: "N",
			Status:            "ON",
		},
		Tags: tags,
	}).Extract()
	th.AssertNoErr(t, err)
	t.Cleanup(func() {
		if findPolicy(t, client, created.ID) != nil {
			th.CheckNoErr(t, policies.Delete(client, created.ID).Err)
		}
	})
	return findPolicy(t, client, created.ID)
}

// findPolicy returns a policy, or nil if the project has no such policy.
func findPolicy(t *testing.T, client *sdk.ServiceClient, id string) *policies.Policy {
	t.Helper()
	found, err := policies.List(client, policies.ListOpts{ID: id})
	th.AssertNoErr(t, err)
	if len(found) == 0 {
		return nil
	}
	th.AssertEquals(t, 1, len(found))
	return &found[0]
}

// associate adds disks to a policy, without a failure.
func associate(t *testing.T, client *sdk.ServiceClient, policy string, disks ...string) {
	t.Helper()
	opts := policies.AssociateOpts{PolicyID: policy}
	for _, disk := range disks {
		resource := policies.AssociateResource{ResourceID: disk, ResourceType: "volume"}
		opts.Resources = append(opts.Resources, resource)
	}
	outcome, err := policies.Associate(client, opts).ExtractResource()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, len(disks), len(outcome.SuccessResources))
	th.AssertEquals(t, 0, len(outcome.FailResources))
	for number, disk := range outcome.SuccessResources {
		th.AssertEquals(t, disks[number], disk.ResourceID)
		th.AssertEquals(t, "volume", disk.ResourceType)
	}
}

// createBackup backs up a disk and waits for the job. The cleanup of the test deletes the backup.
func createBackup(t *testing.T, client *sdk.ServiceClient, opts backups.CreateOpts) *backups.Backup {
	t.Helper()
	job, err := backups.Create(client, opts).ExtractJobResponse()
	th.AssertNoErr(t, err)
	th.AssertNoErr(t, backups.WaitForJobSuccess(client, waitSeconds, job.JobID))
	id, err := backups.GetJobEntity(client, job.JobID, "backup_id")
	th.AssertNoErr(t, err)
	t.Cleanup(func() { deleteBackup(t, client, id.(string)) })
	return getBackup(t, client, id.(string))
}

func getBackup(t *testing.T, client *sdk.ServiceClient, id string) *backups.Backup {
	t.Helper()
	backup, err := backups.Get(client, id).Extract()
	th.AssertNoErr(t, err)
	return backup
}

// deleteBackup deletes a backup, unless it is gone already, and waits until it can no longer be found.
func deleteBackup(t *testing.T, client *sdk.ServiceClient, id string) {
	t.Helper()
	if isNotFound(backups.Get(client, id).Err) {
		return
	}
	th.AssertNoErr(t, backups.Delete(client, id).ExtractErr())
	th.AssertNoErr(t, sdk.WaitFor(waitSeconds, func() (bool, error) {
		err := backups.Get(client, id).Err
		if isNotFound(err) {
			return true, nil
		}
		return false, err
	}))
}

func isNotFound(err error) bool {
	return errors.As(err, &sdk.ErrDefault404{})
}
