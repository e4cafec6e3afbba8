import Testing

@testable import observer

@Suite("The manual page")
struct ManualPageTests {
    @Test("it has every command, every flag and every exit status")
    func isComplete() throws {
        let commandLine = try CommandLineDescription.ofProgram()
        let text = try ManualPage.ofProgram().text
        for command in commandLine.commands {
            #expect(text.contains("\n.SS observer \(command.name.replacing("-", with: "\\-"))"), "\(command.name)")
        }
        for flag in ([commandLine.run] + commandLine.commands).flatMap(\.flags) {
            #expect(text.contains("\\fB\(flag.flag.replacing("-", with: "\\-"))"), "\(flag.flag)")
        }
        for status in ExitStatus.allCases {
            #expect(text.contains(".TP\n\\fB\(status.rawValue)\\fR\n\(status.meaning.prefix(8))"))
        }
    }

    @Test("no line of text is read as a request of troff")
    func requests() throws {
        let known = [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br"]
        for line in try ManualPage.ofProgram().text.split(separator: "\n")
        where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(known.contains { line == $0 || line.hasPrefix($0 + " ") }, "\(line)")
        }
    }
}
