import Foundation
import ObserverEngine

/// Everything that is on the screen.
struct DashboardState: Equatable, Sendable {
    let owner: EngineOwner
    let charset: Charset
    let clock: WallClock
    var size: Size
    var now: Date

    var connection = Connection.connecting
    /// What we know of the engine; nil until it has answered for the first time.
    var mirror: EngineMirror?
    /// What is shown instead while the display is frozen.
    var frozen: EngineMirror?
    var frozenAt: Date?
    var changesSinceFrozen = 0
    var logRequests = LogRequests()
    var isLoadingOlder = false

    var focus = Pane.deliveries {
        didSet { if focus == .deliveries || focus == .deployments { list = focus } }
    }
    /// The list that is shown where there is room for one.
    private(set) var list = Pane.deliveries
    var isZoomed = false
    var deliveries = ListPosition()
    var deployments = ListPosition()
    var log = LogPosition()
    var filters: [Pane: SearchTerm] = [:]
    /// What n and N look for.
    var searchTerm = SearchTerm("")

    var detail: Detail?
    var menu: Menu?
    var dialog: Dialog?
    var prompt: Prompt?
    var notice: Notice?
    var lastCommandLine: String?

    var timeStyle = TimeStyle.relative
    var wraps = false
    var usesMouse = false

    var shown: EngineMirror? { frozen ?? mirror }
    var isFrozen: Bool { frozen != nil }
    var isLive: Bool { connection == .live }

    /// The time that the panes show: it stands still while they do.
    var pictureTime: Date {
        if let frozenAt { return frozenAt }
        if case .lost(let since, _, _) = connection { return since }
        return now
    }

    var layout: Layout {
        Layout(size: size, focus: focus, list: list, isZoomed: isZoomed, alerts: Alert.all(of: shown).count)
    }

    /// The clock of the times that are not relative.
    var timesClock: WallClock { timeStyle == .utc ? .utc : clock }

    func filter(of pane: Pane) -> SearchTerm { filters[pane] ?? SearchTerm("") }
}
