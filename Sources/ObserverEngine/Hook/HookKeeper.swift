import Foundation
package import Logging
import ServiceLifecycle

/// Keeps the webhook at GitHub as we want it: registers it at the start, and does what an operator asks for.
package struct HookKeeper: Service {
    private let registration: HookRegistration
    private let address: PublicAddress
    private let authentication: Authentication
    private let listening: Latch<Int>
    private let secret: Secret
    private let status: EngineStatus
    private let transcript: Transcript
    private let logger: Logger
    private let orders = Inbox<HookOrder, String>()

    package init(
        registration: HookRegistration, address: PublicAddress, authentication: Authentication, listening: Latch<Int>,
        secret: Secret, status: EngineStatus, transcript: Transcript, logger: Logger
    ) {
        self.registration = registration
        self.address = address
        self.authentication = authentication
        self.listening = listening
        self.secret = secret
        self.status = status
        self.transcript = transcript
        self.logger = logger
    }

    /// Carries out an order, after those that came before.
    /// - Returns: What was done, as a sentence.
    /// - Throws: `OrderRefused`, `GitHubError`
    package func perform(_ order: HookOrder) async throws -> String {
        try await orders.order(order)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await begin()
                for await item in orders.items {
                    item.settle(await Result { try await carryOut(item.order) })
                }
            } catch {
                // Told to stop.
            }
        }
        orders.close()
    }

    /// Listen first, then register: a hook must not lead to a closed port. What an operator removed stays removed.
    private func begin() async throws {
        _ = try await listening.get()
        try await authentication.granted()
        do {
            if try await registration.isRemoved {
                status.updateHook { $0.registration = .removed }
                return logger.info(
                    "The webhook was removed by an operator; it is not registered", metadata: [.observe: "done"])
            }
            _ = try await register()
        } catch let error where !(error is CancellationError) {
            logger.error("\(error)", metadata: [.observe: "register"])
        }
    }

    private func carryOut(_ order: HookOrder) async throws -> String {
        switch order {
        case .register:
            return try await register()
        case .remove(let id):
            let removed = try await registration.remove(id)
            status.updateHook { $0 = HookState(registration: .removed) }
            return removed
        case .ping:
            guard let id = status.hook.id, let url = status.hook.url else {
                throw OrderRefused.impossible("There is no registered webhook to ping; register it first.")
            }
            return try await registration.ping(id, at: url)
                ? "GitHub reaches us at \(url)." : "No ping of GitHub came; see the log for what to do."
        }
    }

    private func register() async throws -> String {
        guard let publicURL = try await address.find(listening: listening.get()) else {
            let problem =
                "There is no webhook to register, because nobody says at which address GitHub reaches us. "
                + "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL."
            status.updateHook { $0 = HookState(registration: .unreachable, problem: problem) }
            logger.warning("\(problem)", metadata: [.observe: "register"])
            return problem
        }
        status.update { $0.publicURL = publicURL.description }
        let desired = DesiredHook(publicURL: publicURL, secret: secret)
        do {
            let id = try await Retry(until: nil, logger: logger) { try await registration.register(desired) }
            status.updateHook { hook in
                hook = HookState(
                    registration: .registered, id: id, url: desired.url, events: desired.events, contentType: "json",
                    isSigned: true)
            }
            transcript.webhookRegistered()
            try await registration.prove(id, desired)
            return "The webhook #\(id) is registered at \(desired.url)."
        } catch let error as GitHubError {
            let problem = RegistrationFailure.sentence(for: error, url: desired.url)
            status.updateHook { hook in
                hook.registration = .failed
                hook.problem = problem
            }
            throw OrderRefused.impossible(problem)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
