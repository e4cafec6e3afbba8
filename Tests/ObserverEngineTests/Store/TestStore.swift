import Foundation
import GRDB
import ObserverEngine

/// Runs the body with an empty store in a temporary directory.
func withStore<Value>(_ body: (Store) async throws -> Value) async throws -> Value {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(try Store(directory: directory))
}

/// Holds the database's write lock while the body runs: every write to the store fails, as on a full disk.
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
