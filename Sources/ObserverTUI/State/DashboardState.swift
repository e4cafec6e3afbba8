import Foundation
import ObserverEngine

/// Everything shown on the screen.
struct DashboardState: Equatable, Sendable {
    let owner: EngineOwner
    let charset: Charset
    let clock: WallClock
    var size: Size
    var now: Date

    var connection = Connection.connecting
    /// The operator that the observer recognizes; nil until it has answered.
    var caller: Operator?
    /// nil until the observer has answered for the first time.
    var mirror: EngineMirror?
    /// Shown instead while the display is frozen.
    var frozen: EngineMirror?
    var frozenAt: Date?
    var changesSinceFrozen = 0
    var logRequests: [Int64: LogRequest] = [:]
    var isLoadingOlder = false

    var focus = Pane.deliveries {
        didSet { if focus.isList { lists = [focus] + lists.filter { $0 != focus } } }
    }
    /// The lists, beginning with the last that had the focus: there may be space for only one.
    private(set) var lists = Pane.allCases.filter(\.isList)
    var isZoomed = false
    var deliveries = ListPosition<DeliverySummary>()
    var deployments = ListPosition<DeploymentSummary>()
    var apps = ListPosition<AppSummary>()
    var log = LogPosition()
    var filters: [Pane: SearchTerm] = [:]
    /// The positions from before the filter of each pane.
    var filterStarts: [Pane: FilterStart] = [:]
    /// The term that n and N search for.
    var searchTerm = SearchTerm("")
    /// Earlier terms, the newest last.
    var searchHistory: [String] = []

    var detail: Detail?
    var menu: HelpMenu?
    var dialog: Dialog?
    var prompt: Prompt?
    var pauseForm: PauseForm?
    /// The commits whose plans were requested and have not arrived (nil for the head), with the state at the request.
    var awaitedPlans: [String?: PlanBasis] = [:]
    /// The plan that was requested in order to approve it.
    var approving: ApprovalRequest?
    /// Ignores keys until then: they were meant for a dialog that has closed by itself.
    var ignoresKeysUntil = Date.distantPast
    var notice: Notice?
    var lastCommandLine: String?
    /// The requests that the observer has not answered.
    var unanswered: [ControlAction] = []
    var lastClick: Click?

    var timeStyle = TimeStyle.relative
    var wraps = true
    var usesMouse = false

    /// The rows of the screen that a sentence below a dialog leaves.
    private static let dialogRows = 14

    var shown: EngineMirror? { frozen ?? mirror }
    var isFrozen: Bool { frozen != nil }
    var isLive: Bool { connection == .live }
    /// Whether the target reports its apps. Until that is known, there is space for them.
    var hasApps: Bool { shown?.apps?.isSupported ?? true }

    /// The pane that is this number of steps after the focused one.
    func pane(by step: Int) -> Pane {
        let panes = Pane.allCases.filter { $0 != .apps || hasApps }
        let index = (panes.firstIndex(of: focus) ?? 0) + step
        return panes[(index + panes.count) % panes.count]
    }

    /// Whether keys are text: in the prompt, or in a dialog that requires a word.
    var takesText: Bool { prompt != nil || pauseForm != nil || dialog?.requiredWord != nil }

    /// The time that the panes show. It stops while they are frozen or disconnected.
    var shownTime: Date {
        if let frozenAt { return frozenAt }
        if case .lost(let since, _, _) = connection { return since }
        return now
    }

    var layout: Layout {
        Layout(
            size: size, focus: focus, lists: lists, isZoomed: isZoomed, alerts: alertRows,
            apps: hasApps ? shown?.apps?.apps.count ?? 0 : nil, barRows: barRows)
    }

    private var barRows: Int {
        if prompt != nil { return 1 }
        return pauseForm.map { $0.linesAbove(columns: size.columns - 2).count + 1 } ?? noticeLines.count
    }

    /// The lines that the alerts need, inside a border.
    private var alertRows: Int {
        Alert.lines(of: Alert.all(in: self), columns: size.columns - 4, rows: .max).count
    }

    /// The sentence in the place of the key bar, as far as it fits: its beginning matters most.
    var noticeLines: [Text] {
        guard let notice else { return [] }
        let columns = max(2, size.columns - 2)
        let style = Style(ink: notice.ink)
        let lines = Text(notice.text, style).wrapped(to: columns)
        let limit = max(1, min(6, size.rows - (dialog == nil ? 4 : Self.dialogRows)))
        guard lines.count > limit else { return lines }
        let last = (lines[limit - 1] + .spaces(1) + lines[limit]).truncated(to: columns)
        return lines.prefix(limit - 1) + [last]
    }

    /// The clock for absolute times.
    var timesClock: WallClock { timeStyle == .utc ? .utc : clock }

    func filter(of pane: Pane) -> SearchTerm { filters[pane] ?? SearchTerm("") }

    var positions: ListPositions {
        get { ListPositions(deliveries: deliveries, deployments: deployments, apps: apps) }
        set { (deliveries, deployments, apps) = (newValue.deliveries, newValue.deployments, newValue.apps) }
    }
}

/// The state of the connection to the observer.
enum Connection: Equatable, Sendable {
    case connecting
    case live
    case lost(since: Date, reason: String, retryAt: Date)
}

/// The position in a list, by row ids instead of line numbers.
struct ListPosition<Row: ListedRow>: Equatable, Sendable {
    var selected: Row.ID?
    /// Whether the operator chose the selected row. Otherwise the first row is selected, which is the newest.
    var isChosen = false
    /// The row at the top of the pane; nil while the list shows its first rows.
    var anchor: Row.ID?

    /// Selects the row that the operator chose.
    mutating func choose(_ row: Row.ID) {
        selected = row
        isChosen = true
    }

    func isSameChoice(as other: ListPosition) -> Bool {
        selected == other.selected && isChosen == other.isChosen
    }
}

/// The log that is shown, and the position in it.
struct LogPosition: Equatable, Sendable {
    enum Source: Equatable, Sendable {
        /// The running deployment, or the newest.
        case current
        case deployment(Int64)
        case engine
    }

    var source = Source.current
    /// Whether the source is a deployment only because someone scrolls in its log.
    private(set) var isKept = false
    /// The sequence number of the selected line; nil while the pane follows the log.
    var selected: Int64?
    var anchor: Int64?
    /// How many rows of the selected line are above the pane, if it is taller than the pane.
    var hiddenRows = 0

    var isFollowing: Bool { selected == nil }

    /// Keeps this log when the next deployment starts, until it is followed again.
    mutating func keep(_ deployment: Int64) {
        (source, isKept) = (.deployment(deployment), true)
    }

    /// Keeps this log because an operator chose its deployment.
    mutating func choose(_ deployment: Int64) {
        (source, isKept) = (.deployment(deployment), false)
    }

    mutating func follow() {
        if isKept { (source, isKept) = (.current, false) }
        selected = nil
        anchor = nil
        hiddenRows = 0
    }
}

/// The state of a request for the log of a deployment.
enum LogRequest: Equatable, Sendable {
    case sent
    case loaded
    case failed(String)

    var hasFailed: Bool {
        if case .failed = self { true } else { false }
    }
}

/// A detail view of one delivery, deployment, app, log line, the webhook or the actions of operators.
struct Detail: Equatable, Sendable {
    enum Subject: Equatable, Sendable {
        case delivery(Int64)
        case deployment(Int64)
        case app(String)
        case logLine(LogLine)
        case hook
        case audit
    }

    enum Content: Equatable, Sendable {
        case loading
        case delivery(DeliveryDetail, body: [String])
        case deployment(DeploymentDetail)
        case app(AppHistory)
        /// Newest first.
        case audit([AuditEntry])
        /// Needs no request.
        case complete
        case unavailable(String)
    }

    var subject: Subject
    var content: Content
    /// The first row on the screen.
    var top = ScrollPoint()
    /// The term whose matches are marked.
    var search = SearchTerm("")
    /// The line of the match that was found last.
    var match: Int?
}

/// The help, which runs the selected key.
struct HelpMenu: Equatable, Sendable {
    var selected = 0
    /// Hides the other keys.
    var filter = SearchTerm("")

    var bindings: [KeyBinding] {
        KeyMap.bindings.filter { filter.matches([$0.keyNames, $0.label, $0.help, $0.section.rawValue]) }
    }
}

/// The input line for a filter or a search term.
struct Prompt: Equatable, Sendable {
    var text = ""
    /// The earlier term that is shown, counted from the newest; nil for a new one.
    var recalled: Int?
    /// The term and the positions that Esc restores.
    let before: SearchTerm
    let positions: ListPositions
}

/// The positions in all lists.
struct ListPositions: Equatable, Sendable {
    var deliveries = ListPosition<DeliverySummary>()
    var deployments = ListPosition<DeploymentSummary>()
    var apps = ListPosition<AppSummary>()

    /// Whether the rows of a pane are selected in the same way.
    func isSame(as other: ListPositions, in pane: Pane) -> Bool {
        switch pane {
        case .deliveries: deliveries.isSameChoice(as: other.deliveries)
        case .deployments: deployments.isSameChoice(as: other.deployments)
        case .apps: apps.isSameChoice(as: other.apps)
        case .log, .hook: true
        }
    }
}

/// The positions from before a filter, and those that it led to.
struct FilterStart: Equatable, Sendable {
    let before: ListPositions
    let found: ListPositions
}

/// A request for the plan of a deployment that waits for approval.
struct ApprovalRequest: Equatable, Sendable {
    let deployment: Int64
    /// The plan that waited when it was sent.
    let plan: String?
}

/// A click that may be the first of a double click.
struct Click: Equatable, Sendable {
    static let interval: TimeInterval = 0.4

    let pane: Pane
    let row: Int
    let at: Date
}

/// A sentence shown instead of the key bar.
struct Notice: Equatable, Sendable {
    var text: String
    var ink: Style.Ink
    /// Shown until then or until the next key press.
    var expiry: Date

    static func info(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .accent, expiry: now.addingTimeInterval(6))
    }

    static func done(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .good, expiry: now.addingTimeInterval(6))
    }

    static func error(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .bad, expiry: now.addingTimeInterval(20))
    }
}

/// The format of times in lists.
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
    /// The area inside the border of a detail view.
    var detailArea: Rect { layout.body.inset(columns: 2, rows: 1) }
}
