import ObserverEngine
import ObserverTUI
import Synchronization

/// The dashboard's connection to an engine over the control API.
final class RemoteConnection: ControlConnection {
    private let client: ControlClient
    /// The number of the last event that was read. After a lost connection the stream continues there.
    private let lastNumber = Mutex<String?>(nil)

    init(client: ControlClient) {
        self.client = client
    }

    func events() -> Events { Events(connection: self) }

    func perform(_ action: ControlAction) async throws -> String {
        try await request { try await client.perform(action) }.result
    }

    func whoami() async throws -> Operator {
        try await request { try await client.whoami() }
    }

    func audit() async throws -> [AuditEntry] {
        try await request { try await client.audit(limit: ControlPage.limit) }
    }

    func delivery(_ id: Int64) async throws -> DeliveryDetail {
        try await request { try await client.delivery(id) }
    }

    func deployment(_ id: Int64) async throws -> DeploymentDetail {
        try await request { try await client.deployment(id) }
    }

    func plan(_ ref: String?) async throws -> PlanReport {
        try await request { try await client.plan(PlanRequest(ref: ref)) }
    }

    func history(ofApp id: String) async throws -> AppHistory {
        try await request { try await client.history(of: id) }
    }

    func log(ofDeployment id: Int64) async throws -> [LogLine] {
        try await request { try await client.log(of: id) }
    }

    func deliveries(before id: Int64) async throws -> [DeliverySummary] {
        try await request { try await client.deliveries(before: id) }
    }

    func deployments(before id: Int64) async throws -> [DeploymentSummary] {
        try await request { try await client.deployments(before: id) }
    }

    private func request<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let failure as ControlClient.Failure {
            throw ControlRefusal(sentence: failure.description)
        }
    }

    /// The events of one connection, which is opened when the first event is requested.
    struct Events: AsyncSequence, Sendable {
        typealias Element = ControlEvent

        let connection: RemoteConnection

        func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

        struct Iterator: AsyncIteratorProtocol {
            let connection: RemoteConnection
            private var events: ControlEvents.Iterator?

            init(connection: RemoteConnection) {
                self.connection = connection
            }

            mutating func next() async throws -> ControlEvent? {
                do {
                    if events == nil { events = try await connection.open() }
                    let element = try await events?.next()
                    if let number = element?.number { connection.lastNumber.withLock { $0 = number } }
                    return element?.event
                } catch let failure as ControlClient.Failure {
                    throw ControlRefusal(sentence: failure.description)
                } catch is DecodingError {
                    throw ControlRefusal(sentence: "the observer runs an incompatible version")
                } catch {
                    throw ControlRefusal(sentence: "the observer or the network closed the connection")
                }
            }
        }
    }

    private func open() async throws -> ControlEvents.Iterator {
        try await client.events(after: lastNumber.withLock(\.self)).makeAsyncIterator()
    }
}
