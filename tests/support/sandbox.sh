# For scripts to source.

# Starts the sandbox that is built in target/debug, with the arguments given, sets VBS_ENDPOINT, without a slash at its end, and
# ends the sandbox with the script.
start_sandbox() {
    local line
    # From a pipe, so that it is known when the sandbox takes connections.
    exec {announcement}< <(exec target/debug/vbs sandbox --print-env=token "$@")
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null || true' EXIT
    while read -r -t 30 line <&"$announcement"; do
        case $line in
        "export VBS_ENDPOINT="*)
            VBS_ENDPOINT=${line#*=}
            VBS_ENDPOINT=${VBS_ENDPOINT%/}
            return
            ;;
        esac
    done
    echo "error: the sandbox did not start" >&2
    return 1
}
