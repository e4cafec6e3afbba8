import ArgumentParser
import ObserverEngine
import Testing

@testable import observer

@Suite("observer -h")
struct HelpTests {
    @Test("the three documented flags read exactly as documented")
    func documentedFlags() {
        let documented = """
              -owner string
                \tthe GitHub owner, for example 'mhausenblas' or 'mesosphere'.
            """
        #expect(HelpText.text.contains(documented + "\n"))
        #expect(
            HelpText.text.contains(
                "  -pat string\n    \tthe personal access token, via https://github.com/settings/tokens\n"))
        #expect(
            HelpText.text.contains("  -repo string\n    \tthe GitHub repo, for example 'dploy' or 'marathon'.\n"))
    }

    @Test("every flag is there, in alphabetical order")
    func allFlags() {
        let printed = HelpText.text.split(separator: "\n")
            .filter { $0.hasPrefix("  -") }
            .compactMap { $0.dropFirst(3).split(whereSeparator: \.isWhitespace).first.map(String.init) }
        #expect(printed == printed.sorted())
        #expect(Set(printed).isSuperset(of: Setting.allCases.compactMap(\.flag)))
    }

    @Test("every flag is taken with one dash and two, with a blank or an equals sign", arguments: Setting.allCases)
    func parses(setting: Setting) throws {
        guard let flag = setting.flag else { return }
        let forms =
            setting.kind == .toggle
            ? [["-\(flag)"], ["--\(flag)"]]
            : [["-\(flag)", "7"], ["--\(flag)", "7"], ["-\(flag)=7"], ["--\(flag)=7"]]
        for form in forms {
            let command = try RunCommand.parse(form)
            #expect(command.flags.given == [setting: setting.kind == .toggle ? "true" : "7"], "\(form)")
        }
    }
}
