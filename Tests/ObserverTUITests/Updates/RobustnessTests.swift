import Foundation
import ObserverEngine
import TestTraits
import Testing

@testable import ObserverTUI

@Suite("No input traps", .onComputingQueue)
struct RobustnessTests {
    @Test("draws every size from 1x1 to 250x80 within its bounds", arguments: 1...80)
    func everySize(rows: Int) {
        var dashboard = TestDashboard(1, rows, snapshot: Self.snapshot)
        for columns in 1...250 {
            dashboard.happen(.resized(Size(columns: columns, rows: rows)))
            let canvas = dashboard.canvas
            if (columns + rows).isMultiple(of: 7) { #expect(Self.isWellFormed(canvas)) }
        }
    }

    @Test("accepts any keys, clicks and events in any order", arguments: 1...40)
    func anything(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var dashboard = TestDashboard(
            120, 40, owner: seed.isMultiple(of: 2) ? .thisProcess(socket: "/s") : .elsewhere(address: "here"))
        for _ in 0..<400 {
            dashboard.now += Double.random(in: 0...2, using: &random)
            dashboard.happen(Self.event(&random))
            if Int.random(in: 0..<8, using: &random) == 0 { #expect(Self.isWellFormed(dashboard.canvas)) }
        }
    }

    /// No control character, and each wide character is followed by its right half.
    private static func isWellFormed(_ canvas: Canvas) -> Bool {
        (0..<canvas.size.rows).allSatisfy { row in
            var expectsContinuation = false
            for cell in canvas.row(row) {
                if cell.isContinuation != expectsContinuation || SanitizerTests.isDangerous(cell.base) { return false }
                expectsContinuation = cell.isWide
            }
            return !expectsContinuation
        }
    }

    private static let keys: [Key] =
        KeyMap.bindings.flatMap(\.keys) + [.backspace, .enter, .enter, .escape, "y", "漢", "\u{1F469}"]

    private static let snapshot: ControlSnapshot = {
        var snapshot = Sample.snapshot
        snapshot.deliveries[0].message = "漢字漢字漢字漢字 \u{1F469}\u{200D}\u{1F4BB} e\u{301} \u{1B}[31m"
        snapshot.deployments[0].message = "漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢"
        snapshot.engine.problem = "漢漢漢 does not respond"
        return snapshot
    }()

    /// Numbers that Marathon may report.
    private static let foreign = [-1, 0, 1, 5, 9, .max, .min]

    private static func event(_ random: inout SeededRandom) -> DashboardEvent {
        let id = Int64.random(in: -3...60, using: &random)
        let row = Sample.delivery(
            id, Double.random(in: -100...1e6, using: &random), commit: "c\(id)", "漢字 \(id)", deployment: id)
        var deployment = Sample.finished(id, "c\(id)", "漢字 \(id)", .succeeded, 100, took: 3, outcome: "so")
        deployment.stage = DeploymentSummary.Stage.allCases.randomElement(using: &random) ?? .queued
        deployment.finishedAt = deployment.stage.isFinal ? deployment.finishedAt : nil
        for step in 0..<2 { deployment.progress?.steps[step].of = foreign.randomElement(using: &random) ?? 0 }
        if Bool.random(using: &random) { deployment.progress?.steps = [] }
        deployment.progress?.phase = foreign.randomElement(using: &random)
        deployment.progress?.phases = foreign.randomElement(using: &random)
        var report = AppsReport(readAt: Sample.now, isSupported: Int.random(in: 0..<9, using: &random) > 0)
        report.apps = Sample.apps.apps.shuffled(using: &random).dropLast(.random(in: 0...5, using: &random))
        for index in report.apps.indices { report.apps[index].healthy = foreign.randomElement(using: &random) ?? 0 }
        let refusal = ControlRefusal(sentence: String(repeating: "no ", count: 60))
        let events: [DashboardEvent] = [
            .resized(Size(columns: .random(in: 0...250, using: &random), rows: .random(in: 0...80, using: &random))),
            .mouse(
                MouseEvent(
                    gesture: [.click, .wheelUp, .wheelDown].randomElement(using: &random) ?? .click,
                    column: .random(in: -1...250, using: &random), row: .random(in: -1...80, using: &random))),
            .control(.delivery(row)), .control(.deployment(deployment)), .control(.snapshot(snapshot)),
            .control(.snapshot(Sample.empty)), .control(.apps(report)), .appLoaded("/web", .success(Sample.history)),
            .appLoaded("/a", .failure(refusal)), .planLoaded(nil, .success(Sample.plan)),
            .planLoaded(nil, .failure(refusal)), .control(.log(Sample.line(id, 0, "waiting", "漢 \(id)", of: abs(id)))),
            .connectionLost(reason: "gone", retryAt: Sample.now), .clockTicked, .pasted("abc\u{1B}def"),
            .deliveryLoaded(id, .success(Sample.deliveryDetail)),
            .deploymentLoaded(id, .success(Sample.deploymentDetail)),
            .deliveryLoaded(id, .failure(refusal)), .logLoaded(id, .success(Sample.failureLog)),
            .logLoaded(id, .failure(refusal)), .olderDeliveriesLoaded(.success([row])),
            .olderDeploymentsLoaded(.success([])), .answered(.pause(), .failure(refusal)),
        ]
        let key = DashboardEvent.keys([keys.randomElement(using: &random) ?? "j"])
        return Bool.random(using: &random) ? key : events.randomElement(using: &random) ?? key
    }
}
