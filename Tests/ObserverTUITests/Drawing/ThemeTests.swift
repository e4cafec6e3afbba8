import Testing

@testable import ObserverTUI

@Suite("Themes")
struct ThemeTests {
    @Test("follows the terminal's number of colours, unless NO_COLOR is set")
    func choice() {
        #expect(Theme(colors: 256, environment: [:]) == .many)
        #expect(Theme(colors: 16, environment: [:]) == .sixteen)
        #expect(Theme(colors: 8, environment: ["NO_COLOR": ""]) == .sixteen)
        #expect(Theme(colors: 0, environment: [:]) == .mono)
        #expect(Theme(colors: 256, environment: ["NO_COLOR": "1"]) == .mono)
    }

    @Test("mono uses no colours, and reverses the selected row")
    func mono() {
        for ink in Style.Ink.allCases {
            for ground in Style.Ground.allCases {
                let look = Theme.mono.look(of: Style(ink: ink, ground: ground))
                #expect(look.foreground == nil && look.background == nil)
                #expect(look.isReversed == (ground == .selection))
            }
        }
    }

    @Test("no colour on the default background is black or white: readable on dark and light")
    func readable() {
        for theme in [Theme.sixteen, .many] {
            for ink in Style.Ink.allCases {
                let look = theme.look(of: Style(ink: ink))
                #expect(look.background == nil)
                #expect(![0, 7, 8, 15, 16, 231, 255].contains(look.foreground))
            }
        }
    }
}
