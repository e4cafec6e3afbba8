/// Sets the user for file access of the current thread. The module of the C library does not export it.
@_silgen_name("setfsuid")
private func setFileSystemUser(_ user: UInt32) -> UInt32

/// Runs the body as a user without privileges, because root ignores file permissions.
/// The body must stay on its thread.
func asUnprivilegedUser<Value>(_ body: () throws -> Value) rethrows -> Value {
    let previous = setFileSystemUser(65534)
    defer { _ = setFileSystemUser(previous) }
    return try body()
}
