package gosdk

import (
	"errors"
	"strings"
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/backups"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/policies"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

func TestPasswordGetsTokenForProject(t *testing.T) {
	client := signIn(t, withPassword)
	th.AssertEquals(t, true, client.Token() != "")
	th.AssertEquals(t, true, client.ProjectID != "")
	th.AssertEquals(t, true, strings.HasSuffix(client.Endpoint, "/v2/"+client.ProjectID+"/"))
}

func TestWrongPasswordIsRefused(t *testing.T) {
	cloud, err := openstack.NewEnv("OS_").Cloud(withPassword)
	th.AssertNoErr(t, err)
	cloud.AuthInfo.Password += "?"
	options, err := openstack.AuthOptionsFromInfo(&cloud.AuthInfo, cloud.AuthType)
	th.AssertNoErr(t, err)
	_, err = openstack.AuthenticatedClient(options)
	th.AssertEquals(t, true, errors.As(err, &sdk.ErrDefault401{}))
}

func TestAccessKeySignsEveryMethod(t *testing.T) {
	client := signIn(t, withAccessKey)
	th.AssertEquals(t, "", client.Token())
	th.AssertEquals(t, signIn(t, withPassword).ProjectID, client.ProjectID)

	policy := createPolicy(t, client, "signed")
	associate(t, client, policy.ID, diskNamed(t, client, "disk-1"))
	switchOff(t, client, policy.ID)
	th.AssertEquals(t, "OFF", findPolicy(t, client, policy.ID).ScheduledPolicy.Status)

	runPolicy(t, client, policy.ID)
	job := waitForBackupJobs(t, client, policy.ID, 1)[0]
	made, err := backups.List(client, backups.ListOpts{Name: job.BackupName})
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 1, len(made))
	deleteBackup(t, client, made[0].Id)
	th.AssertNoErr(t, policies.Delete(client, policy.ID).Err)
	th.AssertEquals(t, true, findPolicy(t, client, policy.ID) == nil)
}
