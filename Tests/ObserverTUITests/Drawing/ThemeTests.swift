import Testing

@testable import ObserverTUI

@Suite("Themes")
struct ThemeTests {
    @Test("the terminal says how many colours there are; NO_COLOR beats it")
    func choice() {
        #expect(Theme(colors: 256, environment: [:]) == .many)
        #expect(Theme(colors: 16, environment: [:]) == .sixteen)
        #expect(Theme(colors: 8, environment: ["NO_COLOR": ""]) == .sixteen)
        #expect(Theme(colors: 0, environment: [:]) == .mono)
        #expect(Theme(colors: 256, environment: ["NO_COLOR": "1"]) == .mono)
    }

    @Test("mono uses no colour at all, and yet the selected row stands out")
    func mono() {
        for ink in Style.Ink.allCases {
            for ground in Style.Ground.allCases {
                let look = Theme.mono.look(of: Style(ink: ink, ground: ground))
                #expect(look.foreground == nil && look.background == nil)
                #expect(look.isReversed == (ground == .selection))
            }
        }
    }

    @Test("a colour on the terminal's own ground never is black or white: readable on dark and on light")
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
