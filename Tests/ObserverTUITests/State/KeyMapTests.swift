import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("The key map")
struct KeyMapTests {
    @Test("no key does two things")
    func unique() {
        let keys = KeyMap.bindings.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
    }

    @Test("the help shows every binding, and Enter runs the selected one")
    func help() {
        var story = Story(120, 60)
        story.press("?")
        for binding in KeyMap.bindings where story.state.refusal(of: binding.command) == nil {
            #expect(story.screen.contains(binding.help))
        }
        story.press(.enter)
        #expect(story.takeEffects() == [.perform(.register)])
        #expect(story.state.menu == nil)
        story.press("?", "z")
        #expect(story.state.isZoomed)
    }

    @Test(
        "keys that people of k9s, lazygit and tig expect",
        arguments: [
            ("j", Command.move(.down)), ("G", .move(.last)), (.control("d"), .move(.halfPageDown)), (.tab, .nextPane),
            ("h", .previousPane), ("3", .focus(.log)), (.escape, .back), ("/", .filter), ("q", .quit), ("?", .help),
        ] as [(Key, Command)])
    func familiar(key: Key, command: Command) {
        #expect(KeyMap.command(for: key) == command)
    }
}
