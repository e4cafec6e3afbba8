import Foundation
import ObserverEngine

@testable import ObserverTUI

/// A dashboard and a clock: tests send it events and check its screen and effects.
struct TestDashboard {
    private var dashboard: Dashboard
    var now = Sample.now
    private(set) var effects: [DashboardEffect] = []

    init(
        _ columns: Int = 120, _ rows: Int = 40, charset: Charset = .unicode,
        owner: EngineOwner = .elsewhere(address: "http://dcos-1:8849"), snapshot: ControlSnapshot? = Sample.snapshot
    ) {
        dashboard = Dashboard(
            owner: owner, size: Size(columns: columns, rows: rows), at: Sample.now, charset: charset, timeZone: .gmt)
        if let snapshot { happen(.control(.snapshot(snapshot))) }
        if snapshot == Sample.snapshot { happen(.logLoaded(41, .success(Sample.deploymentLog))) }
        effects = []
    }

    var state: DashboardState { dashboard.state }

    mutating func happen(_ event: DashboardEvent) {
        effects += dashboard.update(event, at: now)
    }

    mutating func pass(_ seconds: Double) {
        now += seconds
        happen(.clockTicked)
    }

    mutating func press(_ keys: Key...) {
        for key in keys { happen(.keys([key])) }
    }

    mutating func type(_ text: String) {
        for character in text { happen(.keys([.character(character)])) }
    }

    /// Returns the effects since the last call.
    mutating func takeEffects() -> [DashboardEffect] {
        defer { effects = [] }
        return effects
    }

    /// Returns the actions since the last call.
    mutating func performed() -> [ControlAction] {
        takeEffects().compactMap { if case .perform(let action) = $0 { action } else { nil } }
    }

    var canvas: Canvas {
        var canvas = Canvas(size: state.size, charset: state.charset)
        DashboardView.draw(state, into: &canvas)
        return canvas
    }

    var screen: String { canvas.text }
}

extension Canvas {
    var text: String {
        (0..<size.rows).map { line($0) }.joined(separator: "\n")
    }

    func line(_ index: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for cell in row(index) where !cell.isContinuation { scalars.append(contentsOf: cell.scalars) }
        return String(scalars)
    }
}
