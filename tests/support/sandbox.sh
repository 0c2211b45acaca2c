# For scripts to source.

# Starts the sandbox that is built in target/debug, with the arguments given, and sets VBS_ENDPOINT, without a trailing slash. The
# sandbox ends with the script. Its clock is frozen at a fixed time, so every run has the same data.
start_sandbox() {
    local line
    # From a pipe, so that it is known when the sandbox takes connections.
    exec {announcement}< <(exec target/debug/vbs sandbox --print-env=token \
        --clock 2026-01-15T06:00:00Z --clock-rate 0 "$@")
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
