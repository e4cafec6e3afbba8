import ObserverEngine
import Testing

@Suite("The built program on the command line")
struct RunTests {
    @Test("-h prints every flag to stdout and ends with 0", arguments: ["-h", "-help", "--help"])
    func help(flag: String) throws {
        let run = try ObserverRun([flag])
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.hasPrefix(HelpGolden.text))
        #expect(run.output.contains("\nVerbs, for an observer that runs"))
    }

    @Test("-version prints the version to stdout and ends with 0", arguments: ["-version", "--version"])
    func version(flag: String) throws {
        let run = try ObserverRun([flag])
        #expect(run.status == 0)
        #expect(run.output == "dploy observer version \(Version.current)\n")
        #expect(run.errors.isEmpty)
    }

    @Test("a wrong flag goes to stderr and ends with 64")
    func wrongFlag() throws {
        let run = try ObserverRun(["-ower", "x"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("observer: "))
        #expect(run.errors.contains("-ower"))
    }

    @Test("everything that is wrong or missing goes to stderr in one go, and ends with 64")
    func wrongSettings() throws {
        let run = try ObserverRun(["-log-level=loud"], environment: ["DPLOY_OBSERVER_DELAY_REGISTRATION": "soon"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.first == "observer: observer can't start, 5 settings must be mended:")
        #expect(lines.count == 6)
        for source in ["-owner or ", "-repo or ", "-pat or ", "-log-level: ", "DPLOY_OBSERVER_DELAY_REGISTRATION: "] {
            #expect(lines.contains { $0.hasPrefix("  \(source)") }, "\(source)")
        }
    }

    @Test("a state directory that can't be made ends with 73, and the token is not in the message")
    func stateDirectory() throws {
        let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
        let run = try ObserverRun(["-owner=o", "-repo=r", "-pat=\(token)", "-state=/dev/null/state"])
        #expect(run.status == 73)
        #expect(run.errors.contains("Can't use the state directory /dev/null/state"))
        #expect(run.errors.contains("choose another with -state"))
        #expect(!(run.errors + run.output).contains(token))
    }
}
