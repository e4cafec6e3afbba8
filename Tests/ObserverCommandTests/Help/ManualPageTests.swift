import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("The manual", .onComputingQueue)
struct ManualPageTests {
    @Test("the page of the program has every command, every setting and every exit status")
    func overview() throws {
        let commandLine = try CommandLineDescription.ofProgram()
        let text = try #require(try Manual.ofProgram().page(named: nil)).text
        for command in commandLine.commands {
            #expect(text.contains("\\fBobserver\\-\(command.name.replacing("-", with: "\\-"))(1)"), "\(command.name)")
        }
        for flag in commandLine.run.flags {
            #expect(text.contains("\\fB\(flag.flag.replacing("-", with: "\\-"))"), "\(flag.flag)")
        }
        for status in ExitStatus.allCases {
            #expect(text.contains(".TP\n\\fB\(status.rawValue)\\fR\n\(status.meaning.prefix(8))"))
        }
    }

    @Test("every variable of a setting is listed, and no sentence is torn apart")
    func variables() throws {
        let text = try #require(try Manual.ofProgram().page(named: nil)).text
        for variable in Setting.allCases.compactMap(\.environmentVariable) {
            #expect(text.contains(".TP\n\\fB\(variable)\\fR\n"), "\(variable)")
        }
        #expect(text.contains("The branch to observe. The same as \\-branch."))
        #expect(text.contains(".SH FILES\n"))
        #expect(text.contains("with Compose, or with a command."))
        #expect(text.contains("\nDraw the dashboard with ASCII characters only.\n"))
    }

    @Test("a page lists only the exit statuses that its command can have, and -help among its own flags")
    func ownStatuses() throws {
        let manual = try Manual.ofProgram()
        let statuses = { (command: String) in
            let text = try #require(manual.page(named: command)).text
            let section = try #require(text.split(separator: ".SH ").first { $0.hasPrefix("EXIT STATUS") })
            return [0, 1, 2, 64, 69, 70, 73, 75, 77, 124].filter { section.contains("\\fB\($0)\\fR") }
        }
        let (version, doctor) = (try statuses("version"), try statuses("doctor"))
        #expect(version == [0, 64, 70])
        #expect(doctor == [0, 1, 64, 70])
        let (plan, deploy, status) = (try statuses("plan"), try statuses("deploy"), try statuses("status"))
        #expect(plan.contains(2) && deploy.contains(124) && !status.contains(124))
        let page = try #require(manual.page(named: "status")).text
        let own = try #require(page.split(separator: ".SH ").first { $0.hasPrefix("FLAGS") })
        #expect(own.contains("\\-help"))
        #expect(!page.contains("[flags]") && page.contains("\\fBobserver status [options]\\fR\n"))
    }

    @Test("every command has a page with its usage, its arguments and its flags")
    func commands() throws {
        let manual = try Manual.ofProgram()
        for command in try CommandLineDescription.ofProgram().commands {
            let text = try #require(manual.page(named: command.name)).text
            #expect(text.contains("\\fB\(command.usage.replacing("-", with: "\\-"))\\fR"), "\(command.usage)")
            for parameter in command.positionals + command.flags where parameter.isShown {
                let term = parameter.kind == .positional ? "<\(parameter.valueName)>" : parameter.flag
                #expect(text.contains("\\fB\(term.replacing("-", with: "\\-"))"), "\(command.name) \(term)")
            }
        }
        #expect(manual.pages.map(\.file).contains("observer-accept-repository.1"))
        #expect(manual.page(named: "complete") == nil)
    }

    @Test("no line of text is read as a request of troff")
    func requests() throws {
        let known = [".TH", ".SH", ".TP", ".PP"]
        for page in try Manual.ofProgram().pages {
            for line in page.text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(known.contains { line == $0 || line.hasPrefix($0 + " ") }, "\(page.file): \(line)")
            }
            #expect(!page.text.contains("\0"))
        }
    }
}
