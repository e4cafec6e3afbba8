import GRDB

/// Holds the database's write lock while the body runs: to everybody else the store fails, as on a full disk.
func withLockedStore<Value>(in directory: String, _ body: () async throws -> Value) async throws -> Value {
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    // The observer may be writing at this moment.
    configuration.busyMode = .timeout(10)
    let holder = try DatabaseQueue(path: directory + "/observer.sqlite", configuration: configuration)
    try await holder.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
    let value = try await body()
    try await holder.writeWithoutTransaction { try $0.rollback() }
    return value
}
