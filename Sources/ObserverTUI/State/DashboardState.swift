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

/// Whether we hear from the engine.
enum Connection: Equatable, Sendable {
    case connecting
    case live
    case lost(since: Date, reason: String, retryAt: Date)
}

/// Where a person is in a list: at a row, not at a line number.
struct ListPosition: Equatable, Sendable {
    var selected: Int64?
    /// Whether a person went to the selected row; the list need not be scrolled to one that merely was the first.
    var isChosen = false
    /// The row at the top of the pane; nil while the list shows its beginning.
    var anchor: Int64?
}

/// Which log is shown, and where in it a person is.
struct LogPosition: Equatable, Sendable {
    enum Source: Equatable, Sendable {
        /// The deployment that is under way, or the last one.
        case current
        case deployment(Int64)
        case engine
    }

    var source = Source.current
    /// The sequence number of the selected line; nil while the pane follows the end.
    var selected: Int64?
    var anchor: Int64?

    var isFollowing: Bool { selected == nil }

    mutating func follow() {
        selected = nil
        anchor = nil
    }
}

/// Which logs of deployments we have asked the engine for.
struct LogRequests: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case asked
        case loaded
        case failed(String)
    }

    private(set) var states: [Int64: State] = [:]

    subscript(id: Int64) -> State? {
        get { states[id] }
        set { states[id] = newValue }
    }
}

/// One thing, looked at closely.
struct Detail: Equatable, Sendable {
    enum Subject: Equatable, Sendable {
        case delivery(Int64)
        case deployment(Int64)
        case logLine(LogLine)
        case hook
    }

    enum Content: Equatable, Sendable {
        case loading
        case delivery(DeliveryDetail, body: [String])
        case deployment(DeploymentDetail)
        /// Everything is known without asking.
        case complete
        case unavailable(String)
    }

    var subject: Subject
    var content: Content
    /// The first line on the screen.
    var top = 0
}

/// The help, which runs what is chosen in it.
struct Menu: Equatable, Sendable {
    var selected = 0
}

/// The line in which a filter or a search term is typed.
struct Prompt: Equatable, Sendable {
    var text = ""
    /// What Esc goes back to.
    var before: SearchTerm
}

/// A sentence in place of the key bar.
struct Notice: Equatable, Sendable {
    var text: String
    var ink: Style.Ink
    /// nil: it stays until the next key.
    var expiry: Date?

    static func told(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .accent, expiry: now.addingTimeInterval(6))
    }

    static func done(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .good, expiry: now.addingTimeInterval(6))
    }

    static func refused(_ text: String) -> Notice {
        Notice(text: text, ink: .bad)
    }
}

/// How times in lists are written.
enum TimeStyle: String, Sendable, CaseIterable {
    case relative
    case local
    case utc

    var next: TimeStyle {
        switch self {
        case .relative: .local
        case .local: .utc
        case .utc: .relative
        }
    }
}

extension DashboardState {
    /// The lines inside the border of a detail view.
    var detailRoom: Rect { layout.body.inset(columns: 2, rows: 1) }
}
