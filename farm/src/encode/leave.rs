//! Ending the process while native code still computes on other threads.

/// Ends the process at once with `code`: no destructor and no exit handler runs. After a cancel,
/// threads may still be inside an encoder or a voice model; the model's own exit handler would take
/// away what they work on, and the process would die of that instead. Flush what was printed first.
pub fn at_once(code: u8) -> ! {
    #[cfg(unix)]
    leave(std::ffi::c_int::from(code));
    #[cfg(not(unix))]
    std::process::exit(i32::from(code))
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "POSIX's own way out; the standard library has none")]
fn leave(code: std::ffi::c_int) -> ! {
    unsafe extern "C" {
        /// _exit(2).
        fn _exit(code: std::ffi::c_int) -> !;
    }
    // SAFETY: takes a plain number, touches no memory of ours and does not come back.
    unsafe { _exit(code) }
}
