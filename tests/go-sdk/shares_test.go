package gosdk

import (
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/backups"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/shares"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

func TestSharedBackupReachesOtherProject(t *testing.T) {
	owner, other := signIn(t, withPassword), signIn(t, otherProject)
	backup := createBackup(t, owner, backups.CreateOpts{
		VolumeId: diskNamed(t, owner, "disk-1"),
		Name:     "shared",
	})
	created := share(t, owner, backup.Id, other.ProjectID)
	th.AssertEquals(t, backup.Id, created.BackupID)
	th.AssertEquals(t, owner.ProjectID, created.FromProjectID)
	th.AssertEquals(t, other.ProjectID, created.ToProjectID)

	received, err := shares.List(other, shares.ListOpts{ShareToMe: true})
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 1, len(received))
	th.AssertEquals(t, created.ID, received[0].ID)
	th.AssertEquals(t, "shared", received[0].Backup.Name)

	got, err := shares.Get(other, created.ID).ExtractShare()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, backup.Id, got.Backup.ID)
	th.AssertEquals(t, false, got.CreatedAt.IsZero())
}

func TestSharesAreCancelledByShareAndByBackup(t *testing.T) {
	owner, other := signIn(t, withPassword), signIn(t, otherProject)
	backup := createBackup(t, owner, backups.CreateOpts{
		VolumeId: diskNamed(t, owner, "disk-1"),
		Name:     "cancelled",
	})
	byShare := share(t, owner, backup.Id, other.ProjectID)
	th.AssertNoErr(t, shares.Delete(owner, byShare.ID, nil).ExtractErr())
	th.AssertEquals(t, true, isNotFound(shares.Get(owner, byShare.ID).Err))

	share(t, owner, backup.Id, other.ProjectID)
	all := shares.DeleteOpts{IsBackupID: true}
	th.AssertNoErr(t, shares.Delete(owner, backup.Id, all).ExtractErr())
	for _, client := range []*sdk.ServiceClient{owner, other} {
		left, err := shares.List(client, shares.ListOpts{ShareToMe: client == other})
		th.AssertNoErr(t, err)
		th.AssertEquals(t, 0, len(left))
	}
}

// share shares a backup with one project.
func share(t *testing.T, client *sdk.ServiceClient, backup, project string) shares.Share {
	t.Helper()
	created, err := shares.Create(client, shares.CreateOpts{
		BackupID:     backup,
		ToProjectIDs: []string{project},
	}).Extract()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 1, len(created))
	return created[0]
}
