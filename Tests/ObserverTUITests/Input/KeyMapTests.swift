import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Key map")
struct KeyMapTests {
    @Test("each key has one command")
    func unique() {
        let keys = KeyMap.bindings.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
    }

    @Test("the help shows every key with its whole sentence", arguments: [(120, 60), (120, 30), (140, 30)])
    func wholeHelp(size: (Int, Int)) {
        var dashboard = TestDashboard(size.0, size.1)
        dashboard.press("?")
        for binding in KeyMap.bindings where dashboard.state.refusal(of: binding.command) == nil {
            #expect(dashboard.screen.contains(binding.help))
        }
    }

    @Test("Enter runs the selected key of the help")
    func help() {
        var dashboard = TestDashboard(120, 60)
        dashboard.press("?")
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [.perform(.register)])
        #expect(dashboard.state.menu == nil)
        dashboard.press("?", "z")
        #expect(dashboard.state.isZoomed)
    }

    @Test(
        "has the keys that users of k9s, lazygit and tig expect",
        arguments: [
            ("j", Command.move(.down)), ("G", .move(.last)), (.control("d"), .move(.halfPageDown)), (.tab, .nextPane),
            ("h", .previousPane), ("3", .focus(.apps)), ("4", .focus(.log)), (.escape, .back), ("/", .filter),
            ("q", .quit), ("?", .help),
        ] as [(Key, Command)])
    func familiar(key: Key, command: Command) {
        #expect(KeyMap.command(for: key) == command)
    }
}
