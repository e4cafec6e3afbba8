import AsyncHTTPClient
import ObserverEngine
import Simulators

/// The transports of the control API.
enum ControlTransport: CaseIterable {
    case socket, tcp
}

extension ObserverSetup {
    static let adminToken = "an admin token for tests"

    /// A setup with the control API on the public port too.
    static var administered: ObserverSetup {
        var setup = ObserverSetup()
        setup.environment["DPLOY_OBSERVER_ADMIN_TOKEN"] = adminToken
        return setup
    }
}

extension World {
    /// Waits until the API accepts connections.
    func control(over transport: ControlTransport = .socket) async throws -> ControlClient {
        switch transport {
        case .socket:
            ControlClient(
                http: .shared, socket: try await engine.controlSocket.get() ?? configuration.state.controlSocket)
        case .tcp:
            ControlClient(
                http: .shared, url: try ServiceURL(try await url()), token: Secret(ObserverSetup.adminToken))
        }
    }

    /// The name of the user who runs the tests, as the observer shows it.
    func user() async throws -> String { try await control().whoami().label }

    /// Pushes a tree and waits until it is deployed.
    @discardableResult
    func deploy(mem: Int = 32) async throws -> Deployment {
        let files: [String: String?] = [
            "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", mem: mem),
        ]
        return try await deployment(of: try await gitHub.push(files: files).after, in: .succeeded)
    }
}

/// Returns the failure of a request to the control API, or nil if it succeeds.
func refusal(_ request: () async throws -> some Any) async throws -> ControlClient.Failure? {
    do {
        _ = try await request()
        return nil
    } catch let failure as ControlClient.Failure {
        return failure
    }
}
