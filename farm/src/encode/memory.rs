//! How memory goes back to the system. Pictures and encoders come and go in blocks of megabytes.

/// Gives blocks of a megabyte or more a mapping of their own for good. glibc moves that limit up to
/// 32 MB with every such block that is freed; from then on x264's pictures, one encoder a shot, lie
/// about in its arenas: a render of a minute peaked at 585 MB instead of 450.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set_mapping_threshold(1 << 20);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "glibc's own switch; there is no safe wrapper")]
fn set_mapping_threshold(bytes: std::ffi::c_int) {
    /// `M_MMAP_THRESHOLD` (malloc.h).
    const MAPPING_THRESHOLD: std::ffi::c_int = -3;
    unsafe extern "C" {
        /// mallopt(3).
        fn mallopt(parameter: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
    }
    // SAFETY: takes two plain numbers and is thread-safe; a refusal (0) leaves things as they were.
    let accepted = unsafe { mallopt(MAPPING_THRESHOLD, bytes) };
    if accepted == 0 {
        tracing::debug!("the allocator keeps its own limit for mapped blocks");
    }
}
