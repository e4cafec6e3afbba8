import Foundation
import ObserverEngine

/// Runs the body with an empty store in a directory of its own.
func withStore<Value>(_ body: (Store) async throws -> Value) async throws -> Value {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(try Store(directory: directory))
}
