import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Filtering and searching")
struct FilterTests {
    @Test("typing filters the list at once; Enter applies the filter, Esc cancels it")
    func narrowing() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("TYPO")
        #expect(dashboard.state.deliveryListing.count == 1)
        #expect(dashboard.state.deliveries.selected == 5)
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("/TYPO"))
        #expect(dashboard.screen.contains("1 of 128"))
        dashboard.press(.escape)
        #expect(dashboard.state.deliveryListing.count == 7)
        #expect(dashboard.state.deliveries.selected == 6)
        dashboard.press("/")
        dashboard.type("zzz")
        #expect(dashboard.screen.contains("No delivery matches \"zzz\""))
        dashboard.press(.escape)
        #expect(dashboard.state.deliveryListing.count == 7)
    }

    @Test("Esc returns from a filter to the position before it: to the newest row, or to the chosen one")
    func leaving() {
        var dashboard = TestDashboard()
        dashboard.press("1", "g", "/")
        // The first letters match an old row.
        dashboard.type("typox")
        dashboard.press(.enter, .escape)
        dashboard.happen(.control(.delivery(Sample.delivery(7, 0, commit: "cafe", "Newer"))))
        #expect(dashboard.state.deliveries.selected == 7)
        dashboard.press("j", "j", "/")
        dashboard.type("first")
        dashboard.press(.enter)
        #expect(dashboard.state.deliveries.selected == 1)
        dashboard.press(.escape)
        #expect(dashboard.state.deliveries.selected == 5)
    }

    @Test("a row that was selected in a filtered list stays selected without the filter")
    func movedMeanwhile() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("deployed")
        dashboard.press(.enter, "j", .escape)
        #expect(dashboard.state.deliveries.selected == 1)
    }

    @Test("the webhook has no rows to filter")
    func webhook() {
        var dashboard = TestDashboard()
        dashboard.press("0", "/")
        #expect(dashboard.state.prompt == nil && dashboard.screen.contains("Nothing to filter here."))
        dashboard.pass(21)
        #expect(dashboard.screen.contains("q quit"))
    }

    @Test(
        "a filter finds the words on the rows",
        arguments: [
            ("failed", [2]), ("deployed", [5, 1]), ("deploying", [6]), ("ok", [3]), ("ignored", [4]),
            ("rejected", [-1]),
            ("main is not", [4]), ("accepted", []), ("push", [6, 5, 4, -1, 2, 1]),
        ] as [(String, [Int64])])
    func words(word: String, ids: [Int64]) {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type(word)
        let listing = dashboard.state.deliveryListing
        #expect((0..<listing.count).map { listing[$0].id } == ids)
    }

    @Test(
        "a filter finds deployments by their state, trigger and progress",
        arguments: [
            ("failed", [39]), ("deployed", [40, 38]), ("deploying", [41]), ("succeeded", [40, 38]), ("waiting", [41]),
            ("api", [41]), ("refused", [39]), ("push", [41, 40, 39, 38]),
        ] as [(String, [Int64])])
    func deploymentWords(word: String, ids: [Int64]) {
        var dashboard = TestDashboard()
        dashboard.press("2", "/")
        dashboard.type(word)
        let listing = dashboard.state.deploymentListing
        #expect((0..<listing.count).map { listing[$0].id } == ids)
    }

    @Test("a filter with ! hides the rows with the word")
    func inverse() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("!push")
        let listing = dashboard.state.deliveryListing
        #expect((0..<listing.count).map { listing[$0].event } == ["ping"])
        dashboard.type("x")
        #expect(dashboard.state.deliveryListing.count == 7)
    }

    @Test("Ctrl-W removes a word, and the arrows show earlier terms")
    func editing() {
        var dashboard = TestDashboard()
        for term in ["typo", "first try"] {
            dashboard.press("/")
            dashboard.type(term)
            dashboard.press(.enter)
        }
        dashboard.press("/", .up)
        #expect(dashboard.state.prompt?.text == "first try")
        dashboard.press(.up, .up)
        #expect(dashboard.state.prompt?.text == "typo")
        dashboard.press(.down)
        #expect(dashboard.state.prompt?.text == "first try")
        dashboard.press(.control("w"))
        #expect(dashboard.state.prompt?.text == "first ")
        dashboard.press(.control("w"), .down)
        #expect(dashboard.state.prompt?.text == "")
    }

    @Test("no key acts on a row that the filter hides")
    func hiddenRow() {
        var dashboard = TestDashboard()
        for (pane, actions) in [("1", ["R", "y"]), ("2", ["B", "R", "y"])] as [(Key, [Key])] {
            dashboard.press(pane, "j", "j")
            dashboard.press("/")
            dashboard.type("zzz")
            dashboard.press(.enter)
            _ = dashboard.takeEffects()
            for key in [.enter] + actions { dashboard.press(key) }
            #expect(dashboard.state.detail == nil && dashboard.state.dialog == nil)
            #expect(dashboard.takeEffects() == [])
            dashboard.press(.escape)
        }
    }

    @Test("in a detail view, a search counts its matches, and Esc ends it before it closes the view")
    func detailMatches() {
        var dashboard = TestDashboard(80, 14)
        dashboard.press(.enter)
        dashboard.happen(.deliveryLoaded(6, .success(Sample.deliveryDetail)))
        dashboard.press("/")
        dashboard.type("github")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("1 of 3 matches"))
        dashboard.press("n")
        #expect(dashboard.screen.contains("2 of 3 matches"))
        dashboard.press("N", "N")
        #expect(dashboard.screen.contains("3 of 3 matches"))
        dashboard.press(.escape)
        #expect(dashboard.state.detail != nil && !dashboard.canvas.cells.contains { $0.style.isMatch })
        dashboard.press("/")
        dashboard.type("zzzz")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("No match for \"zzzz\"."))
        dashboard.press(.escape, .escape)
        #expect(dashboard.state.detail == nil)
    }

    @Test("/ filters the help, and Enter runs the key that is left")
    func help() {
        var dashboard = TestDashboard()
        dashboard.press("?", "/")
        dashboard.type("one pane on")
        dashboard.press(.enter)
        #expect(dashboard.state.filter(of: .deliveries).isEmpty)
        #expect(!dashboard.screen.contains("Next row"))
        dashboard.press(.enter)
        #expect(dashboard.state.isZoomed)
        dashboard.press("?", "/")
        dashboard.type("zzz")
        dashboard.press(.enter, .enter)
        #expect(dashboard.state.menu == nil)
    }

    @Test("keys are text in the prompt")
    func typing() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("qXD")
        #expect(dashboard.state.prompt?.text == "qXD")
        #expect(dashboard.state.dialog == nil)
    }

    @Test("n and N go to the next and previous match and wrap around")
    func jumping() {
        var dashboard = TestDashboard()
        dashboard.press("/")
        dashboard.type("push")
        dashboard.press(.enter, .escape, "g", "n", "n", "n")
        #expect(dashboard.state.deliveries.selected == -1)
        dashboard.press("N", "N", "N", "N")
        #expect(dashboard.state.deliveries.selected == 1)
    }

    @Test("in a detail view, a search goes to the line")
    func detail() {
        var dashboard = TestDashboard(80, 10)
        dashboard.press(.enter)
        dashboard.press("/")
        dashboard.type("verdict")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("verdict"))
        #expect(dashboard.canvas.cells.contains { $0.style.isMatch })
    }

    @Test(
        "a line that arrives at once never acts as keys",
        arguments: ["observer attach -h\n", "rm -rf x\n", "Pj\n", "rm\n", "sudo reboot", "jDk"])
    func line(text: String) {
        var dashboard = TestDashboard()
        let before = dashboard.state.deliveries.selected
        let keys = text.map { $0 == "\n" ? Key.enter : .character($0) }
        dashboard.happen(.keys(keys))
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.state.dialog == nil && dashboard.state.detail == nil && !dashboard.state.usesMouse)
        #expect(dashboard.state.deliveries.selected == before)
        #expect(dashboard.screen.contains("Pasted text is ignored here."))
    }

    @Test("keys that arrive at once are text in the prompt, and a held key repeats")
    func together() {
        var dashboard = TestDashboard()
        dashboard.happen(.keys(["/", "t", "y", "p", "o", .enter, "P", "r"]))
        #expect(dashboard.state.filter(of: .deliveries).text == "typo")
        #expect(dashboard.takeEffects().allSatisfy { $0 == .loadLog(deployment: 40) })
        dashboard.press(.escape, "g")
        dashboard.happen(.keys(["j", "j", "k", "j"]))
        #expect(dashboard.state.deliveries.selected == 4)
        dashboard.happen(.keys(["w", "w", "w"]))
        #expect(!dashboard.state.wraps)
    }

    @Test("pasted text never acts as keys")
    func pasting() {
        var dashboard = TestDashboard()
        dashboard.happen(.pasted("Dy\nq"))
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.state.dialog == nil)
        dashboard.press("/")
        dashboard.happen(.pasted("typo\n"))
        #expect(dashboard.state.prompt?.text == "typo")
    }
}
