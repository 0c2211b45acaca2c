package gosdk

import (
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/backups"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

func TestBackupHasWhatWasAskedFor(t *testing.T) {
	client := signIn(t, withPassword)
	disk := diskNamed(t, client, "disk-1")
	backup := createBackup(t, client, backups.CreateOpts{
		VolumeId:    disk,
		Name:        "before-update",
		Description: "made by the Go SDK",
		Tags:        []backups.Tag{{Key: "stage", Value: "test"}},
	})
	th.AssertEquals(t, "before-update", backup.Name)
	th.AssertEquals(t, "made by the Go SDK", backup.Description)
	th.AssertEquals(t, disk, backup.VolumeId)
	th.AssertEquals(t, "available", backup.Status)
	th.AssertEquals(t, client.ProjectID, backup.TenantId)
	th.AssertEquals(t, false, backup.Incremental)
	th.AssertEquals(t, false, backup.CreatedAt.IsZero())
}

func TestSecondBackupIsIncremental(t *testing.T) {
	client := signIn(t, withPassword)
	disk := diskNamed(t, client, "disk-1")
	createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "first"})
	second := createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "second"})
	th.AssertEquals(t, true, second.Incremental)
}

func TestBackupsAreListedPageByPage(t *testing.T) {
	client := signIn(t, withPassword)
	disk, otherDisk := diskNamed(t, client, "disk-1"), diskNamed(t, client, "disk-2")
	expected := map[string]bool{
		createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "first"}).Id:  true,
		createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "second"}).Id: true,
	}
	createBackup(t, client, backups.CreateOpts{VolumeId: otherDisk, Name: "other"})

	listed, err := backups.List(client, backups.ListOpts{VolumeId: disk, Limit: 1})
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 2, len(listed))
	found := map[string]bool{}
	for _, backup := range listed {
		found[backup.Id] = true
	}
	th.AssertDeepEquals(t, expected, found)
}

func TestBackupIsRestoredToItsDisk(t *testing.T) {
	client := signIn(t, withPassword)
	disk := diskNamed(t, client, "disk-1")
	backup := createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "restored"})
	restore, err := backups.CreateBackupRestore(client, backup.Id, backups.BackupRestoreOpts{
		VolumeId: disk,
	}).ExtractBackupRestore()
	th.AssertNoErr(t, err)
	th.AssertDeepEquals(t, &backups.BackupRestoreInfo{
		BackupId:   backup.Id,
		VolumeId:   disk,
		VolumeName: "disk-1",
	}, restore)

	// The SDK has no function that waits for a restoration.
	th.AssertNoErr(t, sdk.WaitFor(waitSeconds, func() (bool, error) {
		restored, err := backups.Get(client, backup.Id).Extract()
		if err != nil {
			return false, err
		}
		return restored.Status == "available" && restored.UpdatedAt.After(backup.UpdatedAt), nil
	}))
}

func TestDeletedBackupIsNotFound(t *testing.T) {
	client := signIn(t, withPassword)
	disk := diskNamed(t, client, "disk-1")
	backup := createBackup(t, client, backups.CreateOpts{VolumeId: disk, Name: "deleted"})
	deleteBackup(t, client, backup.Id)
	th.AssertEquals(t, true, isNotFound(backups.Delete(client, backup.Id).ExtractErr()))
	listed, err := backups.List(client, backups.ListOpts{VolumeId: disk})
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 0, len(listed))
}

func TestBackupOfUnknownDiskIsRefused(t *testing.T) {
	client := signIn(t, withPassword)
	unknown := backups.CreateOpts{VolumeId: "00000000-0000-4000-8000-000000000000", Name: "refused"}
	th.AssertEquals(t, true, isNotFound(backups.Create(client, unknown).Err))
}
