package import AsyncHTTPClient
import Foundation
import Logging

/// Looks at everything that an observer depends on, with or without one that runs. It changes nothing.
package struct Doctor: Sendable {
    /// Where one may run.
    package struct Observer: Sendable {
        fileprivate let client: ControlClient
        fileprivate let place: String

        /// - Parameter place: For people.
        package init(client: ControlClient, place: String) {
            self.client = client
            self.place = place
        }
    }

    private let configuration: Result<Configuration, ConfigurationError>
    private let http: HTTPClient
    private let observer: Observer?

    /// - Parameter observer: nil where nothing says which one is meant.
    package init(configuration: Result<Configuration, ConfigurationError>, http: HTTPClient, observer: Observer?) {
        self.configuration = configuration
        self.http = http
        self.observer = observer
    }

    package func examine() async throws -> [Finding] {
        let (running, seen) = try await observe()
        switch configuration {
        case .failure(let error):
            let settings = Finding.settings(error, isObserved: seen != nil)
            let others = seen.map { [Finding.token(seenBy: $0.engine), .webhook(seen: $0.hook)] } ?? []
            return [settings, running] + others
        case .success(let configuration):
            let redactor = Redactor(secrets: configuration.secrets)
            let surroundings = try await examine(configuration, seen: seen)
            return ([.settings(warnings: configuration.warnings), running] + surroundings).map {
                $0.redacted(by: redactor)
            }
        }
    }

    private func examine(_ configuration: Configuration, seen: ObservedEngine?) async throws -> [Finding] {
        let mesosDNS = MesosDNS(http: http, url: configuration.mesosDNS)
        async let surroundings = ClusterExamination(
            configuration: configuration, http: http, mesosDNS: mesosDNS, seen: seen
        ).findings()
        let publicURL = try await publicURL(configuration, mesosDNS: mesosDNS, seen: seen)
        async let address = Finding.address(publicURL, answerer: answerer(at: publicURL, seen: seen))
        async let gitHub = GitHubExamination(
            configuration: configuration, http: http, publicURL: publicURL, seen: seen
        ).findings()
        let disk = Finding.disk(DiskSpace(at: StateLocation(path: configuration.stateDirectory)))
        let certificate = configuration.tls.map { Finding.certificate($0, now: Date()) }
        return try await gitHub + [address] + [certificate].compactMap(\.self) + surroundings + [disk]
    }

    private func observe() async throws -> (Finding, ObservedEngine?) {
        guard let observer else { return (.observerUnknown, nil) }
        do {
            let seen = ObservedEngine(
                engine: try await observer.client.engine(), hook: try await observer.client.hook())
            return (.observer(seen.engine, at: observer.place, now: Date()), seen)
        } catch let failure as ControlClient.Failure {
            return (.observer(failure), nil)
        }
    }

    /// What the observer that runs found; else what it would find, without waiting for Mesos-DNS to know it.
    private func publicURL(
        _ configuration: Configuration, mesosDNS: MesosDNS, seen: ObservedEngine?
    ) async throws -> ServiceURL? {
        if let text = seen?.engine.publicURL { return try? ServiceURL(text) }
        var hurried = configuration
        hurried.registrationDelay = .zero
        return try await PublicAddress(configuration: hurried, mesosDNS: mesosDNS, logger: .silent)
            .find(listening: configuration.listen.port)
    }

    private func answerer(at url: ServiceURL?, seen: ObservedEngine?) async throws -> Finding.Answerer {
        guard let url, let seen else { return .notAsked }
        struct Status: Decodable { let instance: String? }
        do {
            let response = try await JSONClient(http: http, base: url).send(
                JSONRequest(.get, "/status"), limits: .init(timeout: .seconds(5), size: 1024 * 1024))
            let status: Status? = try? response.decode()
            return status?.instance == seen.engine.instance ? .ourselves : .another
        } catch let error as TransportError {
            return .nobody(error.detail)
        }
    }
}

extension Logger {
    /// For parts that tell the log what the doctor tells by its findings.
    static var silent: Logger { Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() } }
}
