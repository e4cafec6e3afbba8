import Foundation
import Testing

@testable import ObserverTUI

@Suite("Themes")
struct ThemeTests {
    @Test("follows the terminal's number of colours, unless NO_COLOR is set")
    func colors() {
        #expect(Theme(colors: 256, environment: [:]) == .dark)
        #expect(Theme(colors: 16, environment: [:]) == .sixteen)
        #expect(Theme(colors: 8, environment: ["NO_COLOR": ""]) == .sixteen)
        #expect(Theme(colors: 0, environment: [:]) == .mono)
        #expect(Theme(colors: 256, background: .light, environment: ["NO_COLOR": "1"]) == .mono)
    }

    @Test(
        "follows COLORFGBG, unless the operator chose a background",
        arguments: [
            ("15;0", Theme.dark), ("0;15", .light), ("0;default;15", .light), ("0;7", .light), ("7;8", .dark),
            ("15;default", .dark), ("", .dark),
        ])
    func background(variable: String, theme: Theme) {
        let environment = ["COLORFGBG": variable]
        #expect(Theme(colors: 256, environment: environment) == theme)
        #expect(Theme(colors: 256, background: .light, environment: environment) == .light)
        #expect(Theme(colors: 256, background: .dark, environment: environment) == .dark)
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

    @Test("sixteen colours on the default background are neither black nor white")
    func sixteen() {
        for ink in Style.Ink.allCases {
            let look = Theme.sixteen.look(of: Style(ink: ink))
            #expect(look.background == nil)
            #expect(![0, 7, 8, 15].contains(look.foreground))
        }
    }

    @Test(
        "every colour has a contrast of at least 4.5:1 on the usual backgrounds",
        arguments: [
            (Theme.dark, [0x000000, 0x1E1E1E, 0x282C34]), (.light, [0xFFFFFF, 0xFBFAF7, 0xFDF6E3]),
        ])
    func contrast(theme: Theme, backgrounds: [Int]) {
        for ink in Style.Ink.allCases {
            if let foreground = theme.look(of: Style(ink: ink)).foreground {
                for background in backgrounds {
                    #expect(Self.contrast(Self.color(foreground), background) >= 4.5, "\(ink) on \(background)")
                }
            }
            let selected = theme.look(of: Style(ink: ink, ground: .selection))
            if let foreground = selected.foreground, let background = selected.background {
                #expect(Self.contrast(Self.color(foreground), Self.color(background)) >= 4.5, "\(ink) selected")
            }
        }
    }

    /// The colours that terminals have by default: a cube and a ramp of greys.
    private static func color(_ index: UInt8) -> Int {
        guard index < 232 else { return (8 + 10 * (Int(index) - 232)) * 0x10101 }
        let cube = [0, 95, 135, 175, 215, 255]
        let value = Int(index) - 16
        return cube[value / 36] << 16 | cube[value / 6 % 6] << 8 | cube[value % 6]
    }

    /// Source: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
    private static func contrast(_ first: Int, _ second: Int) -> Double {
        let both = [luminance(first), luminance(second)].sorted()
        return (both[1] + 0.05) / (both[0] + 0.05)
    }

    private static func luminance(_ color: Int) -> Double {
        zip([16, 8, 0], [0.2126, 0.7152, 0.0722]).reduce(0) { sum, part in
            let value = Double(color >> part.0 & 0xFF) / 255
            return sum + part.1 * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
        }
    }
}
