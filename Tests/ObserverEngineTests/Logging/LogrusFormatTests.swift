import Foundation
import Logging
import Testing

@testable import ObserverEngine

@Suite("Logrus formats")
struct LogrusFormatTests {
    private static let start = Date(timeIntervalSince1970: 1_462_733_286)

    private func text(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]) -> String {
        LogrusFormat.text.line(at: Self.start, level: level, message: message, metadata: metadata)
    }

    private func terminal(
        _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:], after seconds: Double = 0,
        colored: Bool = false
    ) -> String {
        LogrusFormat.terminal(colored: colored, since: Self.start)
            .line(at: Self.start + seconds, level: level, message: message, metadata: metadata)
    }

    @Test("the text format writes the documented line")
    func documentedText() {
        #expect(
            text(.debug, "Trying to query HTTP API of http://leader.mesos:8123", [.serviceDiscovery: "step"])
                == #"time="2016-05-08T18:48:06Z" level=debug msg="Trying to query HTTP API of http://leader.mesos:8123" sd=step"#
        )
    }

    @Test("the terminal format writes the documented lines")
    func documentedTerminal() {
        #expect(
            terminal(.debug, "Token Source {0xc8200621e0}", [.auth: "step"])
                == "DEBU[0000] Token Source {0xc8200621e0}                   auth=step")
        #expect(
            terminal(.debug, "Auth client &{0xc820015080 <nil> <nil> 0}", [.auth: "step"])
                == "DEBU[0000] Auth client &{0xc820015080 <nil> <nil> 0}     auth=step")
        #expect(
            terminal(
                .debug, #"Hook: github.Hook{Name:"web", Active:true, Config:map[url:http://localhost:8888/dploy]}"#,
                [.observe: "register"])
                == #"DEBU[0000] Hook: github.Hook{Name:"web", Active:true, Config:map[url:http://localhost:8888/dploy]}  observe=register"#
        )
    }

    @Test(
        "levels have the names of logrus",
        arguments: [
            (Logger.Level.trace, "debug"), (.debug, "debug"), (.info, "info"), (.notice, "info"),
            (.warning, "warning"), (.error, "error"), (.critical, "error"),
        ])
    func levels(level: Logger.Level, name: String) {
        #expect(text(level, "x") == "time=\"2016-05-08T18:48:06Z\" level=\(name) msg=x")
        #expect(terminal(level, "x").hasPrefix(name.uppercased().prefix(4) + "[0000] x"))
    }

    @Test("fields are sorted and quoted if necessary")
    func fields() {
        #expect(
            text(.info, "Done", ["took": "340 ms", "app": "/a", "commit": "a94a8fe", "reason": ""])
                == #"time="2016-05-08T18:48:06Z" level=info msg=Done app="/a" commit=a94a8fe reason="" took="340 ms""#)
    }

    @Test(
        "the time is in seconds since the start",
        arguments: [(0.9, "0000"), (75, "0075"), (36_000, "36000"), (-5, "0000")])
    func clock(seconds: Double, shown: String) {
        #expect(terminal(.info, "x", after: seconds) == "INFO[\(shown)] x")
    }

    @Test(
        "only the level and the keys are coloured",
        arguments: [(Logger.Level.debug, 37), (.info, 36), (.warning, 33), (.error, 31)])
    func colors(level: Logger.Level, color: Int) {
        let line = terminal(level, "x", ["k": "v"], colored: true)
        #expect(line.hasPrefix("\u{1B}[\(color)m"))
        #expect(line.hasSuffix("\u{1B}[\(color)mk\u{1B}[0m=v"))
        #expect(
            line.replacing("\u{1B}[\(color)m", with: "").replacing("\u{1B}[0m", with: "")
                == terminal(level, "x", ["k": "v"]))
    }

    @Test(
        "a message can't forge a line or control the terminal",
        arguments: ["a\nlevel=error", "a\r\u{1B}[2Jb", "\u{9B}31m", "a\u{202E}b\u{2028}"])
    func hostile(message: String) {
        for line in [text(.info, message, ["k": "\(message)"]), terminal(.info, message, ["k": "\(message)"])] {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
            #expect(!line.unicodeScalars.contains { ["\u{202E}", "\u{2028}"].contains($0) })
        }
    }
}
