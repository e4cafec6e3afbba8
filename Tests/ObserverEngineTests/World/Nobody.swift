/// Who one thread is to the file system; the module of the C library leaves it out.
@_silgen_name("setfsuid")
private func setFileSystemUser(_ user: UInt32) -> UInt32

/// Runs the body as a user who may do nothing in particular: root may write, read and remove whatever its permissions say.
/// The body must not leave its thread.
func asNobody<Value>(_ body: () throws -> Value) rethrows -> Value {
    let former = setFileSystemUser(65534)
    defer { _ = setFileSystemUser(former) }
    return try body()
}
