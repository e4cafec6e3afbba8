package import Foundation

/// When deployments may start: within a window that allows it and in none that denies it. Without windows, or with only
/// windows that deny, at any other time.
package struct DeployWindows: Equatable, Sendable {
    /// A week, and the days around a change of the clocks.
    private static let horizon = 9

    package let all: [DeployWindow]

    package init(_ all: [DeployWindow] = []) {
        self.all = all
    }

    package func isOpen(at date: Date) -> Bool {
        let allowing = all.filter { !$0.isDenied }
        return (allowing.isEmpty || allowing.contains { $0.contains(date) })
            && !all.contains { $0.isDenied && $0.contains(date) }
    }

    /// The first moment from the date on at which they are open; nil if they never are.
    package func opening(from date: Date) -> Date? {
        if isOpen(at: date) { return date }
        let candidates = all.flatMap { $0.boundaries(after: date, days: Self.horizon) }
        return candidates.filter { $0 > date && isOpen(at: $0) }.min()
    }

    /// Why deployments wait, and until when; nil while they are open.
    func wait(at now: Date) -> DeploymentWait? {
        guard !isOpen(at: now) else { return nil }
        guard let opening = opening(from: now), let window = all.first else {
            return DeploymentWait(.window, "no deploy window ever opens; check -window")
        }
        let shown = all.first { !$0.isDenied && $0.contains(opening) } ?? window
        return DeploymentWait(
            .window, "outside the deploy window until \(shown.time(opening, now: now))", until: opening)
    }
}
