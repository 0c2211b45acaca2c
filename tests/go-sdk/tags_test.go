package gosdk

import (
	"testing"

	sdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/policies"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/vbs/v2/tags"
	th "github.com/opentelekomcloud/gophertelekomcloud/testhelper"
)

func TestPolicyIsCreatedWithTags(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "tagged", policies.Tag{Key: "stage", Value: "test"})
	expectTags(t, client, policy.ID, map[string]string{"stage": "test"})
}

func TestTagsAreAddedAndDeleted(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "one-tag")
	add := tags.CreateOpts{Tag: tags.Tag{Key: "owner", Value: "backup-team"}}
	th.AssertNoErr(t, tags.Create(client, policy.ID, add).Err)
	expectTags(t, client, policy.ID, map[string]string{"owner": "backup-team"})
	th.AssertNoErr(t, tags.Delete(client, policy.ID, "owner").Err)
	expectTags(t, client, policy.ID, map[string]string{})
}

func TestBatchChangesTags(t *testing.T) {
	client := signIn(t, withPassword)
	policy := createPolicy(t, client, "tag-batches")
	batch := func(action tags.ActionType, changed ...tags.Tag) {
		t.Helper()
		opts := tags.BatchOpts{Action: action, Tags: changed}
		th.AssertNoErr(t, tags.BatchAction(client, policy.ID, opts).Err)
	}
	batch(tags.ActionCreate, tags.Tag{Key: "stage", Value: "test"}, tags.Tag{Key: "owner", Value: "a"})
	expectTags(t, client, policy.ID, map[string]string{"stage": "test", "owner": "a"})
	batch(tags.ActionUpdate, tags.Tag{Key: "owner", Value: "b"})
	expectTags(t, client, policy.ID, map[string]string{"stage": "test", "owner": "b"})
	batch(tags.ActionDelete, tags.Tag{Key: "stage", Value: "test"})
	expectTags(t, client, policy.ID, map[string]string{"owner": "b"})
}

func TestPoliciesAreFoundByTag(t *testing.T) {
	client := signIn(t, withPassword)
	production := createPolicy(t, client, "production", policies.Tag{Key: "stage", Value: "production"})
	createPolicy(t, client, "test", policies.Tag{Key: "stage", Value: "test"})

	found, err := tags.ListResources(client, tags.ListOpts{
		Action: "filter",
		Limit:  "10",
		Offset: "0",
		Tags:   []tags.Tags{{Key: "stage", Values: []string{"production"}}},
	}).ExtractResources()
	th.AssertNoErr(t, err)
	th.AssertDeepEquals(t, &tags.Resources{
		Resource: []tags.Resource{{
			ResourceName: "production",
			ResourceID:   production.ID,
			Tags:         []tags.Tag{{Key: "stage", Value: "production"}},
		}},
		TotalCount: 1,
	}, found)

	counted, err := tags.ListResources(client, tags.ListOpts{
		Action:  "count",
		AnyTags: []tags.Tags{{Key: "stage", Values: []string{"production", "test"}}},
	}).ExtractResources()
	th.AssertNoErr(t, err)
	th.AssertEquals(t, 2, counted.TotalCount)
}

func expectTags(t *testing.T, client *sdk.ServiceClient, policy string, expected map[string]string) {
	t.Helper()
	answer, err := tags.Get(client, policy).Extract()
	th.AssertNoErr(t, err)
	found := map[string]string{}
	for _, tag := range answer.Tags {
		found[tag.Key] = tag.Value
	}
	th.AssertEquals(t, len(found), len(answer.Tags))
	th.AssertDeepEquals(t, expected, found)
}
