import Foundation
package import ObserverEngine

/// Runs a dashboard: passes it keys and control events, performs its effects, and draws at most 30 frames per second.
package actor DashboardRunner<Connection: ControlConnection> {
    private static var frameInterval: Duration { .milliseconds(33) }
    private static var maximumDelay: TimeInterval { 30 }
    /// How long quitting waits for the answers to requests.
    private static var answerTimeout: Duration { .seconds(2) }

    private var dashboard: Dashboard
    private let connection: Connection
    private let terminal: any Terminal
    private let effects = AsyncStream.makeStream(of: DashboardEffect.self)
    private let actions = AsyncStream.makeStream(of: ControlAction.self)
    private let answers = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(connection: Connection, terminal: any Terminal, dashboard: Dashboard) {
        self.connection = connection
        self.terminal = terminal
        self.dashboard = dashboard
    }

    /// Opens the terminal of this process, and restores it at the end. Then names the requests without an answer.
    package static func run(
        connection: Connection, owner: EngineOwner, forcesASCII: Bool = false, background: Theme.Background? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> DashboardEnding {
        let terminal = try await NcursesTerminal.open(
            owner: owner, forcesASCII: forcesASCII, background: background, environment: environment)
        let dashboard = Dashboard(owner: owner, size: terminal.size, at: Date(), charset: terminal.charset)
        let runner = DashboardRunner(connection: connection, terminal: terminal, dashboard: dashboard)
        let ending = await runner.run()
        await terminal.close()
        if let farewell = await runner.farewell {
            FileHandle.standardError.write(Data("observer: \(farewell)\n".utf8))
        }
        return ending
    }

    /// Returns when the operator quits, the process must end, or the task is cancelled.
    func run() async -> DashboardEnding {
        changes.continuation.yield()
        return await withTaskGroup(of: DashboardEnding?.self) { group in
            group.addTask { await self.listenToTerminal() }
            group.addTask { await self.carryOutEffects() }
            group.addTask { await self.listenToEngine() }
            group.addTask { await self.draw() }
            defer { group.cancelAll() }
            for await case let ending? in group { return ending }
            return .cancelled
        }
    }

    private func receive(_ event: DashboardEvent) {
        for effect in dashboard.update(event, at: Date()) { effects.continuation.yield(effect) }
        changes.continuation.yield()
    }

    private func listenToTerminal() async -> DashboardEnding {
        for await event in terminal.events {
            switch event {
            case .keys(let keys): receive(.keys(keys))
            case .pasted(let text): receive(.pasted(text))
            case .mouse(let event): receive(.mouse(event))
            case .resized(let size): receive(.resized(size))
            case .expired: receive(.clockTicked)
            case .ended(let signal): return .signal(signal)
            }
        }
        return Task.isCancelled ? .cancelled : .hungUp
    }

    /// Reconnects whenever the connection is lost, with growing delays.
    private func listenToEngine() async -> DashboardEnding? {
        var pause: TimeInterval = 1
        while !Task.isCancelled {
            var reason = "the observer closed the connection"
            do {
                receive(.identified(try await connection.whoami()))
                for try await event in connection.events() {
                    pause = 1
                    receive(.control(event))
                }
            } catch {
                reason = ControlRefusal(error).sentence
            }
            guard !Task.isCancelled else { return nil }
            receive(.connectionLost(reason: reason, retryAt: Date(timeIntervalSinceNow: pause)))
            try? await Task.sleep(for: .seconds(pause))
            pause = min(pause * 2, Self.maximumDelay)
        }
        return nil
    }

    private func draw() async -> DashboardEnding? {
        var shown: Canvas?
        for await _ in changes.stream {
            var canvas = Canvas(size: dashboard.state.size, charset: dashboard.state.charset)
            DashboardView.draw(dashboard.state, into: &canvas)
            if canvas != shown { terminal.show(canvas) }
            shown = canvas
            try? await Task.sleep(for: Self.frameInterval)
        }
        return nil
    }

    /// Orders to the terminal and requests for actions are carried out in their order; only what is read may overtake.
    private func carryOutEffects() async -> DashboardEnding? {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.performActions() }
            for await effect in effects.stream {
                if effect == .quit {
                    await waitForAnswers()
                    group.cancelAll()
                    return .quit
                }
                if !order(effect) { group.addTask { await self.read(effect) } }
            }
            return nil
        }
    }

    private func performActions() async {
        for await action in actions.stream {
            let result = await answer { try await connection.perform(action) }
            // At the end, an action that was interrupted counts as unanswered.
            guard !Task.isCancelled else { return }
            receive(.answered(action, result))
            answers.continuation.yield()
        }
    }

    /// Gives requests that were sent a moment ago the time to be answered.
    private func waitForAnswers() async {
        guard !dashboard.state.unanswered.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.answers.stream where await self.dashboard.state.unanswered.isEmpty { return }
            }
            group.addTask { try? await Task.sleep(for: Self.answerTimeout) }
            await group.next()
            group.cancelAll()
        }
    }

    /// A sentence for the operator after the end: requests that may have been carried out, although no answer arrived.
    var farewell: String? {
        let commands = dashboard.state.unanswered.map { "'\($0.commandLine)'" }
        guard !commands.isEmpty else { return nil }
        return "No response yet to \(commands.joined(separator: ", ")); it may still take effect. "
            + "See 'observer status'."
    }

    /// Returns false if the effect may be overtaken by others.
    private func order(_ effect: DashboardEffect) -> Bool {
        switch effect {
        case .perform(let action): actions.continuation.yield(action)
        case .copy(let text): terminal.copy(text)
        case .setMouse(let isOn): terminal.setMouse(isOn)
        case .suspend: terminal.suspend()
        case .redraw: terminal.repaint()
        default: return false
        }
        return true
    }

    private func read(_ effect: DashboardEffect) async {
        switch effect {
        case .loadDelivery(let id):
            receive(.deliveryLoaded(id, await answer { try await connection.delivery(id) }))
        case .loadDeployment(let id):
            receive(.deploymentLoaded(id, await answer { try await connection.deployment(id) }))
        case .loadPlan(let ref):
            receive(.planLoaded(ref, await answer { try await connection.plan(ref) }))
        case .loadApp(let id):
            receive(.appLoaded(id, await answer { try await connection.history(ofApp: id) }))
        case .loadLog(let id):
            receive(.logLoaded(id, await answer { try await connection.log(ofDeployment: id) }))
        case .loadAudit: receive(.auditLoaded(await answer { try await connection.audit() }))
        case .loadOlderDeliveries(let id):
            receive(.olderDeliveriesLoaded(await answer { try await connection.deliveries(before: id) }))
        case .loadOlderDeployments(let id):
            receive(.olderDeploymentsLoaded(await answer { try await connection.deployments(before: id) }))
        case .perform, .copy, .setMouse, .suspend, .redraw, .quit: break
        }
    }

    private func answer<Answer: Sendable>(
        _ ask: () async throws -> Answer
    ) async -> Result<Answer, ControlRefusal> {
        do {
            return .success(try await ask())
        } catch {
            return .failure(ControlRefusal(error))
        }
    }
}

extension ControlRefusal {
    fileprivate init(_ error: any Error) {
        self = error as? ControlRefusal ?? ControlRefusal(sentence: "\(error)")
    }
}

/// Why the dashboard ended.
package enum DashboardEnding: Equatable, Sendable {
    /// The operator quit.
    case quit
    /// The process received this signal.
    case signal(Int32)
    /// The terminal is gone.
    case hungUp
    /// The task was cancelled.
    case cancelled
}

/// The dashboard's client of the control API.
package protocol ControlConnection: Sendable {
    associatedtype Events: AsyncSequence<ControlEvent, any Error> & Sendable

    /// A snapshot, then every change. Throws or ends when the connection is lost; the caller then requests it again.
    /// The stream may then continue with the missed changes and the state of the engine, without a snapshot.
    func events() -> Events

    /// The operator that the observer recognizes.
    func whoami() async throws -> Operator
    /// The actions of operators, newest first.
    func audit() async throws -> [AuditEntry]

    /// Returns a sentence for the operator.
    func perform(_ action: ControlAction) async throws -> String

    func delivery(_ id: Int64) async throws -> DeliveryDetail
    func deployment(_ id: Int64) async throws -> DeploymentDetail
    /// The changes that a deployment would make; nil plans the head of the branch.
    func plan(_ ref: String?) async throws -> PlanReport
    /// Why an app runs what it runs.
    func history(ofApp id: String) async throws -> AppHistory
    /// The log of a deployment so far; later lines arrive as events.
    func log(ofDeployment id: Int64) async throws -> [LogLine]
    /// Newest first; empty if there are no older rows.
    func deliveries(before id: Int64) async throws -> [DeliverySummary]
    func deployments(before id: Int64) async throws -> [DeploymentSummary]
}
