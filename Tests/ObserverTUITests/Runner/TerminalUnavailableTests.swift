import Testing

@testable import ObserverTUI

@Suite("Terminals that can't show the dashboard")
struct TerminalUnavailableTests {
    @Test("the remedy works for the command that was run")
    func remedies() {
        let here = TerminalUnavailable(problem: .onlyLines("dumb"), owner: .thisProcess(socket: "/run/observer.sock"))
        #expect(
            "\(here)"
                == "A terminal of type dumb (TERM) can only print lines, not the dashboard. "
                + "Use -plain for log lines.")
        let attached = TerminalUnavailable(problem: .noType, owner: .elsewhere(address: "here"))
        #expect("\(attached)".hasSuffix("or use 'observer status' or 'observer logs -f' instead."))
        #expect(!"\(attached)".contains("-plain"))
    }

    @Test("an unknown type suggests one that most terminals understand")
    func unknownType() {
        let unknown = TerminalUnavailable(problem: .unknown("xterm-kitty"), owner: .elsewhere(address: "here"))
        #expect("\(unknown)".contains("Set TERM to a similar type, such as xterm-256color, or use "))
    }
}
