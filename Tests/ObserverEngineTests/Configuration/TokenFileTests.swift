import Foundation
import Testing

@testable import ObserverEngine

@Suite("Personal access token file")
struct TokenFileTests {
    private var given: GivenSettings {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_PAT"] = nil
        return given
    }

    @Test("-pat-file wins over its variable, and that over ./.pat; whitespace around the token is trimmed")
    func precedence() throws {
        var given = given
        given.files = [".pat": "one", "two": "\r\n two \n", "three": "three\n"]
        #expect(try given.read().gitHub.accessToken.value == "one")
        given.environment["DPLOY_OBSERVER_GITHUB_PAT_FILE"] = "two"
        #expect(try given.read().gitHub.accessToken.value == "two")
        given.flags[.patFile] = "three"
        #expect(try given.read().gitHub.accessToken.value == "three")
    }

    @Test("a byte order mark at the beginning of the files is not part of their content")
    func byteOrderMark() throws {
        var given = given
        given.files = [".pat": "\u{FEFF}one\r\n", "dploy.app": "\u{FEFF}app_name: s4d\r\ntrigger_branch: live\r\n"]
        let configuration = try given.read()
        #expect(configuration.gitHub.accessToken.value == "one")
        #expect(configuration.branch.name == "live")
    }

    @Test("an absolute path is used unchanged")
    func absolute() throws {
        var other = GivenSettings()
        other.files = ["token": "elsewhere"]
        try other.inDirectory { directory in
            var given = given
            given.flags[.patFile] = directory + "/token"
            let token = try given.read().gitHub.accessToken
            #expect(token.value == "elsewhere")
        }
    }

    @Test("-pat overrides -pat-file")
    func direct() throws {
        var given = given
        given.flags = [.pat: "direct", .patFile: "missing"]
        #expect(try given.read().gitHub.accessToken.value == "direct")
    }

    @Test("a missing file is reported with the setting that names it", arguments: [true, false])
    func missing(byFlag: Bool) throws {
        var given = given
        if byFlag {
            given.flags[.patFile] = "gone"
        } else {
            given.environment["DPLOY_OBSERVER_GITHUB_PAT_FILE"] = "gone"
        }
        let problem = try #require(given.problems().first)
        #expect(problem.source == (byFlag ? "-pat-file" : "DPLOY_OBSERVER_GITHUB_PAT_FILE"))
        #expect(
            problem.sentence == "can't read the file gone: it does not exist. Put the personal access token there, "
                + "or set DPLOY_OBSERVER_GITHUB_PAT.")
    }

    @Test("an empty file is reported")
    func empty() throws {
        var given = given
        given.files = [".pat": " \n"]
        #expect(
            try given.problems() == [
                .init(source: "the file .pat", sentence: "is empty; it must contain a personal access token.")
            ])
    }

    @Test(
        "an unreadable .pat or dploy.app is not reported as missing", arguments: [".pat", "dploy.app"], [true, false])
    func unreadable(name: String, isDirectory: Bool) throws {
        let given = given
        try given.inDirectory { directory in
            let path = "\(directory)/\(name)"
            if isDirectory {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            } else {
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
            }
            var reader = ConfigurationReader(
                sources: SettingSources(flags: [:], environment: given.environment, directory: directory))
            let error = #expect(throws: ConfigurationError.self) { try reader.read() }
            let sentence = try #require(error?.problems.first?.sentence)
            #expect(sentence.hasPrefix(name == ".pat" ? "can't read the file .pat: " : "can't be read: "))
            #expect(
                sentence.contains(
                    isDirectory ? "it is a directory." : "it is a symbolic link that points back to itself."))
        }
    }

    @Test("a file readable by other users causes a warning", arguments: [(0o600, 0), (0o644, 1), (0o640, 1)])
    func permissions(mode: Int, warnings: Int) throws {
        var given = given
        given.files = [".pat": "token"]
        try given.inDirectory { directory in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory + "/.pat")
            var reader = ConfigurationReader(
                sources: SettingSources(flags: [:], environment: given.environment, directory: directory))
            #expect(try reader.read().warnings.filter { $0.contains("chmod 600 .pat") }.count == warnings)
        }
    }
}
