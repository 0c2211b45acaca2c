# For scripts to source.

# Starts the sandbox that is built in target/debug, with the arguments given, sets VBS_ENDPOINT, OS_PROJECT_ID and OS_TOKEN, and
# ends the sandbox with the script.
start_sandbox() {
    local line
    # From a pipe, so that it is known when the sandbox takes connections.
    exec {announcement}< <(exec target/debug/vbs sandbox --print-env=token "$@")
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null || true' EXIT
    for _ in VBS_ENDPOINT OS_PROJECT_ID OS_TOKEN; do
        read -r -t 30 line <&"$announcement" || { echo "error: the sandbox did not start" >&2; return 1; }
        eval "$line"
    done
}
