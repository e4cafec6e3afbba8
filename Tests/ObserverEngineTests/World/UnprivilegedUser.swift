/// Sets the user of one thread for file access; missing in the module of the C library.
@_silgen_name("setfsuid")
private func setFileSystemUser(_ user: UInt32) -> UInt32

/// Runs the body as a user without privileges: root ignores file permissions.
/// The body must not leave its thread.
func asUnprivilegedUser<Value>(_ body: () throws -> Value) rethrows -> Value {
    let previous = setFileSystemUser(65534)
    defer { _ = setFileSystemUser(previous) }
    return try body()
}
