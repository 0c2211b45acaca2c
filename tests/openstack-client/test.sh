#!/usr/bin/env bash
# Creates, lists, shows, restores and deletes backups of the sandbox with the OpenStack command line. Run by `cargo xtask test
# openstack-client`, which sets PYTHON, VBS_ENDPOINT and OS_CLIENT_CONFIG_FILE.
set -euo pipefail

fail() {
    echo "error: $*" >&2
    exit 1
}

openstack() {
    "${PYTHON%/*}/openstack" --os-cloud sandbox-password "$@"
}

# expect WHAT EXPECTED FOUND
expect() {
    [ "$2" = "$3" ] || fail "$1 should be \`$2\`, not \`$3\`"
    echo "$1: $3"
}

# refused TEXT COMMAND...: whether a command fails and says so.
refused() {
    local text=$1 said
    shift
    if said=$(openstack "$@" 2>&1); then
        fail "\`openstack $*\` should be refused: $said"
    fi
    [[ $said == *"$text"* ]] || fail "\`openstack $*\` should be refused with \`$text\`: $said"
    echo "refused: $said"
}

field() {
    openstack volume backup show "$1" --format value --column "$2"
}

# The sandbox's clock runs so fast that a few looks are enough.
until_available() {
    local looks status
    for looks in {1..30}; do
        status=$(field "$1" status)
        if [ "$status" = available ]; then
            return
        fi
    done
    fail "backup $1 is still $status after $looks looks"
}

until_gone() {
    local looks
    for looks in {1..30}; do
        if ! openstack volume backup list --name "$1" --format value --column ID | grep --quiet .; then
            return
        fi
    done
    fail "backup $1 is still there after $looks looks"
}

disk=$(openstack volume show disk-1 --format value --column id)
snapshot=$(openstack volume snapshot show disk-1-snapshot --format value --column id)
before=$(openstack volume backup list --volume disk-1 --format value --column ID)
expect "backups of disk-1" "" "$before"

created=$(openstack volume backup create --snapshot disk-1-snapshot --name before-update \
    --description "made by openstack" disk-1 --format value --column id --column volume_id)
id=${created%%[[:space:]]*}
expect "the disk of the new backup" "$disk" "${created##*[[:space:]]}"
until_available before-update
expect "id" "$id" "$(field before-update id)"
expect "description" "made by openstack" "$(field "$id" description)"
expect "snapshot" "$snapshot" "$(field "$id" snapshot_id)"
expect "size" "$(openstack volume show disk-1 --format value --column size)" "$(field "$id" size)"
expect "incremental" False "$(field "$id" is_incremental)"
expect "backups of disk-1" "$id" "$(openstack volume backup list --volume disk-1 --format value --column ID)"
expect "those in error" "" "$(openstack volume backup list --volume disk-1 --status error --format value --column ID)"

openstack volume backup create --snapshot "$snapshot" --name after-update "$disk" >/dev/null
until_available after-update
expect "incremental" True "$(field after-update is_incremental)"

# As many pages as there are backups are one list to the client.
all=$(openstack volume backup list --format value --column ID | sort)
expect "backups" 2 "$(wc -l <<<"$all")"
paged=$(
    "$PYTHON" - <<'PYTHON'
import openstack

cloud = openstack.connect(cloud="sandbox-password")
for backup in sorted(backup.id for backup in cloud.block_storage.backups(limit=1)):
    print(backup)
PYTHON
)
expect "backups that pages of one miss or repeat" "" "$(diff <(echo "$all") <(echo "$paged") || true)"

# The client signs in before every request if its token looks expired.
curl --silent --fail --request DELETE "$VBS_ENDPOINT/admin/requests"
openstack volume backup list >/dev/null
expect "sign-ins for one list" 1 "$(curl --silent --fail "$VBS_ENDPOINT/admin/requests" |
    python3 -c 'import json, sys
requests = json.load(sys.stdin)["requests"]
print(sum(it["count"] for it in requests if it["operation"] == "POST /v3/auth/tokens"))')"

openstack volume backup restore --force "$id" disk-1 >/dev/null
until_available "$id"

refused "is not of disk" volume backup create --snapshot disk-2-snapshot disk-1
refused "snapshot_id" volume backup create disk-1
refused "begins with \`auto\`" volume backup create --snapshot disk-1-snapshot --name autobk disk-1

openstack volume backup delete after-update before-update
until_gone after-update
until_gone before-update
refused "No Backup found" volume backup show "$id"
# It was there before the backups, so it stays.
expect "the snapshot" "$snapshot" "$(openstack volume snapshot show disk-1-snapshot --format value --column id)"
echo "the OpenStack command line makes, lists, shows, restores and deletes backups"
