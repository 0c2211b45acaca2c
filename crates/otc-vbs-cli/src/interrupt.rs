//! Ends the command on Ctrl-C, with exit code 130.

/// The exit code after Ctrl-C: 128 and the number of the signal, as shells report it.
#[cfg(unix)]
const EXIT_CODE: i32 = 130;

/// Ends the process as soon as the user presses Ctrl-C, even while it blocks on a full pipe. Jobs of the service continue.
#[cfg(unix)]
pub(crate) fn exit_on_ctrl_c() -> std::io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    let always = Arc::new(AtomicBool::new(true));
    signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, EXIT_CODE, always)?;
    Ok(())
}

/// The system ends the process on Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn exit_on_ctrl_c() -> std::io::Result<()> {
    Ok(())
}
