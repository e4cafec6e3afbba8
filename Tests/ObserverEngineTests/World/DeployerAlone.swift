import Foundation
import Logging
import Simulators

@testable import ObserverEngine

/// Runs the body with the deployer of an observer whose other services do not run. The body starts it.
func withDeployerAlone(
    _ flags: [Setting: String] = [:], _ body: (Deployer, Store, Configuration) async throws -> Void
) async throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await withSimulators { simulators in
        try await withEngineHTTP { http in
            let required: [Setting: String] = [
                .owner: "mhausenblas", .repo: "s4d", .pat: "token", .publicNode: "127.0.0.1",
                .gitHubAPI: simulators.gitHub.url, .marathon: simulators.marathon.url, .state: directory,
            ]
            var reader = ConfigurationReader(
                sources: SettingSources(
                    flags: required.merging(flags) { $1 }, environment: [:], directory: directory))
            let configuration = try reader.read()
            let store = try Store(directory: directory)
            let observer = BranchObserver(
                configuration.branch, instance: "test",
                in: .init(
                    configuration: configuration, environment: [:], store: store, http: http,
                    log: EngineLog(level: .error, format: .text, redactor: Redactor(secrets: [])) { _ in },
                    transcript: Transcript { _ in }, listening: Latch()))
            observer.status.update { ($0.authentication, $0.decisions) = (.granted, .saved) }
            try await body(observer.deployer, store, configuration)
        }
    }
}
