import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Apps pane")
struct AppsPaneTests {
    @Test(
        "without a key press, the screen answers what runs, since when, whether it is healthy, and what differs",
        arguments: [(120, 40), (80, 24)])
    func answers(size: (Int, Int)) {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .fetching
        let screen = TestDashboard(size.0, size.1, snapshot: snapshot).screen
        for words in ["runs 77e0f12 since 18:39", "8/11 healthy, 1 drifted", "/worker", "instances is 2, not 1"] {
            #expect(screen.contains(words), "\(words)\n\(screen)")
        }
    }

    @Test("apps that need attention are first, and the others are in natural order")
    func order() {
        let shown = TestDashboard().state.shown?.apps?.apps.map(\.id)
        #expect(shown == ["/mailer", "/worker", "/api", "/shop/db", "/web"])
        var snapshot = Sample.snapshot
        snapshot.apps?.apps = ["/b10", "/b9", "/a"].map { AppSummary(id: $0, healthy: 1, wanted: 1) }
        #expect(TestDashboard(snapshot: snapshot).state.shown?.apps?.apps.map(\.id) == ["/a", "/b9", "/b10"])
    }

    @Test(
        "each state of an app has a sign and words",
        arguments: [
            (AppSummary(id: "/a", healthy: 1, wanted: 1), "●", ""),
            (AppSummary(id: "/a"), "○", "stopped"),
            (AppSummary(id: "/a", wanted: 1), "✗", "unhealthy"),
            (
                AppSummary(id: "a", wanted: 1) {
                    $0.lastFailure = .init(state: "stopped", message: "exit status 137", host: "", at: nil)
                }, "✗", "unhealthy; stopped: exit status 137"
            ),
            (AppSummary(id: "a", healthy: nil, wanted: 1), "○", "not checked"),
            (AppSummary(id: "/a", wanted: 1) { $0.deployments = ["d"] }, "▸", "deploying"),
            (
                AppSummary(id: "/a", wanted: 1) { $0.drift = .init(kind: .missing) }, "✗",
                "missing: it should be running"
            ),
            (
                AppSummary(id: "/a", healthy: 1, wanted: 1) { $0.drift = .init(kind: .copied) }, "▲",
                "has the labels of another app"
            ),
            (
                AppSummary(id: "/a", healthy: 1, wanted: 1) {
                    $0.drift = .init(kind: .changed, fields: [.init(path: "/env/A", before: nil, after: "\"****\"")])
                    $0.drift?.refusal = "Corrected 3 times in the last hour."
                    $0.isOrphaned = true
                }, "▲", "drift: env/A is absent, not \"****\"; corrected 3 times in the last hour; in no spec"
            ),
        ] as [(AppSummary, String, String)])
    func marks(app: AppSummary, sign: String, remark: String) {
        #expect(AppMark(app).sign == sign)
        #expect(app.remark == remark)
    }

    @Test(
        "a drift that does not fit keeps the value that the spec wants",
        arguments: [
            ([AppChange.Field(path: "/mem", before: "96", after: "128")], 26, "drift: mem is 96, not 128"),
            ([AppChange.Field(path: "/mem", before: "96", after: "128")], 24, "mem is 96, not 128"),
            (
                [
                    AppChange.Field(path: "/mem", before: "96", after: "128"),
                    AppChange.Field(path: "/cpus", before: "1", after: "2"),
                ], 24, "mem is 96, not 128 (+1)"
            ),
            (
                [AppChange.Field(path: "/image", before: "\"registry/shop/web:1\"", after: "\"registry/shop/web:2\"")],
                34, "image is \"reg…b:1\", not \"regi…b:2\""
            ),
            ([AppChange.Field(path: "/cmd", before: "\"sleep 1000\"", after: nil)], 26, "cmd is \"sl…00\", not absent"),
            ([AppChange.Field(path: "/mem", before: "96", after: "128")], 12, "mem differs"),
            ([AppChange.Field(path: "/mem", before: "96", after: "128")], 6, "mem d…"),
            (
                [
                    AppChange.Field(path: "/cmd", before: "\"sleep 5\"", after: nil),
                    AppChange.Field(path: "/cpus", before: "1", after: "2"),
                ], 20, "2 fields differ"
            ),
            (
                [
                    AppChange.Field(path: "/cmd", before: "\"sleep 5\"", after: nil),
                    AppChange.Field(path: "/cpus", before: "1", after: "2"),
                ], 31, "cmd is \"sl… 5\", not absent (+1)"
            ),
            ([AppChange.Field(path: "/mem", before: "96", after: "128")], 0, ""),
        ] as [([AppChange.Field], Int, String)])
    func narrow(fields: [AppChange.Field], columns: Int, remark: String) {
        let app = AppSummary(id: "/a", healthy: 1, wanted: 1) { $0.drift = .init(kind: .changed, fields: fields) }
        let text = app.remark(within: columns, .plain)
        #expect(text.string == remark && text.columns <= columns)
    }

    @Test("where several fields differ, the first one is shown with its values, also if names must be cut for it")
    func severalFields() {
        let fields = ["/instances", "/mem"].map { AppChange.Field(path: $0, before: "1", after: "3") }
        let cases = [
            ("/web", (120, 40)), ("/shop/storefront-web", (120, 40)), ("/shop/storefront-frontends", (80, 24)),
        ]
        for (name, size) in cases {
            var snapshot = Sample.snapshot
            snapshot.apps?.apps = [
                AppSummary(id: name, healthy: 1, wanted: 1) { app in
                    app.since = Sample.ago(900)
                    app.drift = .init(kind: .changed, fields: fields)
                }
            ]
            let screen = TestDashboard(size.0, size.1, snapshot: snapshot).screen
            #expect(screen.contains("instances is 1, not 3 (+1)"), "\(screen)")
            #expect(size.0 == 120 || screen.contains(" 15m  instances is"), "\(screen)")
        }
    }

    @Test("the age of each app is shown in half of 120 columns, if it leaves space for the remarks")
    func age() {
        #expect(TestDashboard(120, 40).screen.contains("/worker   1c2d3e4    2/2    15m  instances is 2, not 1"))
        var snapshot = Sample.snapshot
        snapshot.apps?.apps[4].drift?.fields[0].before = "\"a long value\""
        let screen = TestDashboard(120, 40, snapshot: snapshot).screen
        #expect(screen.contains("/worker   1c2d3e4    2/2  instances differs"), "\(screen)")
    }

    @Test("a change shows at once, and the selection stays on its app")
    func live() {
        var dashboard = TestDashboard()
        dashboard.press("3", "j")
        #expect(dashboard.state.apps.selected == "/worker")
        var report = Sample.apps
        report.apps[4].drift = nil
        dashboard.happen(.control(.apps(report)))
        #expect(dashboard.state.apps.selected == "/worker" && !dashboard.screen.contains("drift"))
        report.apps.removeLast()
        dashboard.happen(.control(.apps(report)))
        #expect(dashboard.state.apps.selected == "/mailer")
    }

    @Test("a selected app shows the log of its deployment, and marks that deployment and its push")
    func related() {
        var dashboard = TestDashboard()
        dashboard.press("3", "j", "j")
        #expect(dashboard.state.apps.selected == "/api")
        #expect(dashboard.state.logSubject == .deployment(40))
        let marked = dashboard.screen.split(separator: "\n").filter { $0.contains("┃") }
        #expect(marked.contains { $0.contains("Fix typo") } && marked.contains { $0.contains("/api") })
    }

    @Test("a filter finds apps by name, commit, state, difference and host")
    func filter() {
        for (word, ids) in [
            ("shop", ["/shop/db"]), ("77e0f12", ["/api"]), ("drift", ["/worker"]), ("instances", ["/worker"]),
            ("deploying", ["/web"]), ("exited", ["/mailer"]), ("10.0.0.5", ["/web"]), ("zzz", []),
        ] {
            var dashboard = TestDashboard()
            dashboard.press("3", "/")
            dashboard.type(word)
            let listing = dashboard.state.appListing
            #expect((0..<listing.count).map { listing[$0].id } == ids, "\(word)")
        }
        var dashboard = TestDashboard()
        dashboard.press("3", "/")
        dashboard.type("zzz")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("No app matches \"zzz\". Press Esc to show all."))
        dashboard.press(.escape, "n")
        #expect(dashboard.screen.contains("No match for \"zzz\"."))
    }

    @Test("more apps than fit are counted above and below")
    func many() {
        var snapshot = Sample.snapshot
        snapshot.apps?.apps = (1...40).map { AppSummary(id: "/app-\($0)", healthy: 1, wanted: 1) }
        var dashboard = TestDashboard(80, 24, snapshot: snapshot)
        #expect(dashboard.screen.contains("↓36") && dashboard.screen.contains("40/40 healthy"))
        dashboard.press("3", "G")
        #expect(dashboard.screen.contains("↑36") && dashboard.screen.contains("/app-40"))
        dashboard.press("g")
        #expect(dashboard.screen.contains("↓36"))
    }

    @Test("Enter opens the app: tasks, differences, last failure, cause and deployments")
    func detail() {
        var dashboard = TestDashboard(120, 60)
        dashboard.press("3", "G", .enter)
        #expect(dashboard.takeEffects().contains(.loadApp("/web")))
        #expect(dashboard.screen.contains("Loading…") && dashboard.screen.contains("10.0.0.1:31000"))
        dashboard.happen(.appLoaded("/web", .success(Sample.history)))
        for words in ["Fix typo", "delivery 5", "/mem 32 → 64", "healthy", "Since then", "Deployments are paused."] {
            #expect(dashboard.screen.contains(words), "\(words)")
        }
        var next = Sample.deployments[0]
        next.stage = .succeeded
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.takeEffects().contains(.loadApp("/web")))
        dashboard.press(.escape, "g", .enter)
        dashboard.happen(.appLoaded("/mailer", .failure(ControlRefusal(sentence: "The store is not working."))))
        for words in ["TASK_FAILED", "Command exited with status 1", "The store is not working."] {
            #expect(dashboard.screen.contains(words), "\(words)")
        }
        dashboard.press(.escape, "j", .enter)
        #expect(dashboard.screen.contains("/instances") && dashboard.screen.contains("2 → 1"))
    }

    @Test("a cancelled deployment that changed the app is shown with its end and its approval")
    func cancelledCause() {
        var history = Sample.history
        history.cause?.summary.stage = .cancelled
        history.cause?.summary.outcome = "Cancelled by ann. Changes already applied are not undone."
        history.cause?.summary.leavesChanges = true
        history.cause?.summary.approval = PlanApproval(of: [], by: "root", at: Sample.now)
        var dashboard = TestDashboard(120, 60)
        dashboard.press("3", "G", .enter)
        dashboard.happen(.appLoaded("/web", .success(history)))
        for words in ["approved    by root", "ended ", "Cancelled by ann. Changes already applied are not undone."] {
            #expect(dashboard.screen.contains(words), "\(words)")
        }
    }

    @Test("empty, loading and unreadable apps are explained")
    func explanations() {
        var snapshot = Sample.empty
        #expect(TestDashboard(snapshot: snapshot).screen.contains("Not known yet. Apps appear here after the next"))
        snapshot = Sample.snapshot
        snapshot.apps = AppsReport()
        #expect(TestDashboard(snapshot: snapshot).screen.contains("Reading the apps from Marathon…"))
        snapshot.apps = AppsReport(problem: "Marathon does not respond.")
        #expect(
            TestDashboard(snapshot: snapshot).screen.contains("The apps could not be read: Marathon does not respond."))
        snapshot.apps = Sample.apps
        snapshot.apps?.problem = "Marathon does not respond."
        #expect(TestDashboard(snapshot: snapshot).screen.contains("not read since 18:44"))
    }

    @Test("a target that does not report its apps has no pane for them")
    func unsupported() {
        var snapshot = Sample.snapshot
        snapshot.apps = AppsReport(isSupported: false)
        for size in [(120, 40), (80, 24), (40, 10)] {
            var dashboard = TestDashboard(size.0, size.1, snapshot: snapshot)
            #expect(!dashboard.screen.contains("3 Apps"))
            dashboard.press("3")
            #expect(dashboard.state.focus == .deliveries && dashboard.screen.contains("does not report"))
            dashboard.press("2", .tab)
            #expect(dashboard.state.focus == .log)
        }
    }

    @Test("keys copy the id of the app and the URL of its commit, and a click and a double click work")
    func keysAndMouse() throws {
        var dashboard = TestDashboard()
        dashboard.press("3", "j", "y", "Y")
        let copies = dashboard.takeEffects().filter { if case .copy = $0 { true } else { false } }
        let commit = "1c2d3e4234567890abcdef1234567890abcdef12"
        #expect(copies == [.copy("/worker"), .copy("https://github.com/octo/site/commit/\(commit)")])
        let lines = dashboard.screen.split(separator: "\n")
        let row = try #require(lines.firstIndex { $0.contains("/shop/db") })
        for _ in 0..<2 { dashboard.happen(.mouse(MouseEvent(gesture: .click, column: 10, row: row))) }
        #expect(dashboard.state.detail?.subject == .app("/shop/db"))
    }
}
