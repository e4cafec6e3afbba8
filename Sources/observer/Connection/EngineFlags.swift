import ArgumentParser
import Foundation
import ObserverEngine

/// Selects the running observer that a command talks to.
struct EngineFlags: ParsableArguments {
    @OptionGroup var address: AddressFlags
    @OptionGroup var location: LocationFlags
    /// Accepted and ignored, so that a command can be given the same flags as the run.
    @OptionGroup(visibility: .hidden) var target: TargetFlags
    @OptionGroup(visibility: .hidden) var others: OtherFlags

    /// - Throws: `EngineEndpoint.Unknown`
    func endpoint() throws -> EngineEndpoint { try EngineEndpoint(address, settings: location.given) }

    /// Calls the body with a client whose connections end with the body.
    func withClient<Answer>(_ body: (ControlClient) async throws -> Answer) async throws -> Answer {
        try await Self.withClient(address, location, body)
    }

    /// Calls the body with a client whose connections end with the body.
    /// - Throws: `EngineEndpoint.Unknown`, `EngineEndpoint.OtherBranch`
    static func withClient<Answer>(
        _ address: AddressFlags, _ location: LocationFlags, _ body: (ControlClient) async throws -> Answer
    ) async throws -> Answer {
        let endpoint = try EngineEndpoint(address, settings: location.given)
        return try await HTTPTransport.with(try network(to: endpoint, location)) { http in
            let client = endpoint.client(http: http)
            try await location.check(client, at: endpoint)
            return try await body(client)
        }
    }

    /// A socket needs no network, so invalid settings of it do not matter.
    private static func network(to endpoint: EngineEndpoint, _ location: LocationFlags) throws -> NetworkSettings {
        guard case .url = endpoint else { return NetworkSettings() }
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: location.given, environment: ProcessInfo.processInfo.environment,
                directory: FileManager.default.currentDirectoryPath))
        return try reader.readNetworkSettings()
    }
}

extension LocationFlags {
    /// Checks that the observer watches what these flags name: an address, or a state directory that is set, may lead to the
    /// observer of another branch.
    /// - Throws: `EngineEndpoint.OtherBranch`, `ControlClient.Failure`
    fileprivate func check(_ client: ControlClient, at endpoint: EngineEndpoint) async throws {
        let (owner, repo, branch) = (Self.text(owner), Self.text(repo), Self.text(branch))
        guard owner != nil || repo != nil || branch != nil else { return }
        let engine = try await client.engine()
        let watched = WatchedBranch(
            repository: RepositoryName(owner: engine.owner, name: engine.repository), name: engine.branch)
        let repository = RepositoryName(owner: owner ?? engine.owner, name: repo ?? engine.repository)
        let isRenamed = engine.renamedTo.flatMap(RepositoryName.init(fullName:)) == repository
        let named = WatchedBranch(
            repository: isRenamed ? watched.repository : repository, name: branch ?? engine.branch)
        if named != watched { throw EngineEndpoint.OtherBranch(endpoint: endpoint, watched: watched, named: named) }
    }

    /// An empty flag counts as not given, as in a template that was not filled in.
    private static func text(_ flag: String?) -> String? {
        let text = flag?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text?.isEmpty == true ? nil : text
    }
}

/// The address of a running observer, where its state directory is not enough.
struct AddressFlags: ParsableArguments {
    @Option(
        name: .goStyle("url"),
        help: "Public address of the observer; the token is read from DPLOY_OBSERVER_TOKEN.")
    var url: String?

    @Option(
        name: .goStyle("socket"),
        help: ArgumentHelp(
            "Control socket of the observer. (default: control.sock in its state directory)", valueName: "path"))
    var socket: String?

    func validate() throws {
        if url != nil, socket != nil { throw ValidationError("Use either -url or -socket, not both.") }
    }
}
