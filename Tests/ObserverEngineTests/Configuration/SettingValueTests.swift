import Testing

@testable import ObserverEngine

@Suite("Setting values")
struct SettingValueTests {
    @Test(
        "a URL is stored without its trailing slash",
        arguments: [
            ("http://leader.mesos:8123/", "http://leader.mesos:8123"), ("HTTPS://Host/api/v3//", "https://Host/api/v3"),
            ("http://[::1]:80", "http://[::1]:80"), ("http://host/a%20b", "http://host/a%20b"),
        ])
    func serviceURL(text: String, kept: String) throws {
        #expect(try ServiceURL(text).description == kept)
    }

    @Test("a URL of host and port puts an IPv6 address in brackets")
    func serviceURLOfParts() {
        #expect(ServiceURL(host: "2001:db8::1", port: 8849).description == "http://[2001:db8::1]:8849")
        #expect(ServiceURL(host: "52.37.239.156", port: 8849).description == "http://52.37.239.156:8849")
    }

    @Test(
        "a listen address is host and port",
        arguments: [
            ("0.0.0.0:8888", "0.0.0.0:8888"), (":8888", "0.0.0.0:8888"), ("[::]:0", "[::]:0"),
            ("localhost:80", "localhost:80"),
        ])
    func listenAddress(text: String, kept: String) {
        #expect(ListenAddress(text)?.description == kept)
    }

    @Test(
        "a repository is parsed from the usual forms of its URL",
        arguments: [
            "https://github.com/mhausenblas/s4d", "https://github.com/mhausenblas/s4d.git",
            "https://github.com/mhausenblas/s4d/", "http://github.com/mhausenblas/s4d/tree/dcos",
            "git@github.com:mhausenblas/s4d.git", "ssh://git@github.com:22/mhausenblas/s4d.git",
            "https://x-access-token:secret@github.com/mhausenblas/s4d",
        ])
    func repositoryName(url: String) {
        #expect(RepositoryURL(url)?.repository == RepositoryName(owner: "mhausenblas", name: "s4d"))
        #expect(RepositoryURL(url)?.host == "github.com")
    }

    @Test(
        "other strings are not URLs of a repository",
        arguments: [
            "", "s4d", "mhausenblas/s4d", "https://github.com", "https://github.com/m", "https://github.com/m/",
            "ftp://github.com/mhausenblas/s4d", "file:///srv/mhausenblas/s4d",
        ])
    func noRepositoryName(url: String) {
        #expect(RepositoryURL(url) == nil)
    }

    @Test("repository names are compared without case, as by GitHub")
    func sameRepository() {
        let name = RepositoryName(owner: "MHausenblas", name: "S4D")
        #expect(name == RepositoryName(owner: "mhausenblas", name: "s4d"))
        #expect(name != RepositoryName(owner: "mhausenblas", name: "s4e"))
    }

    @Test("valid branch names are accepted", arguments: ["dcos", "feature/x", "a.b", "v1@2", "ünï", "#1"])
    func branchName(name: String) {
        #expect(BranchName.flaw(in: name) == nil)
    }

    @Test(
        "invalid branch names are rejected",
        arguments: [
            "", "refs/heads/x", "a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a..b", "a@{b", "@", "-a",
            "/a",
            "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "a\nb", "a\u{7F}b",
        ])
    func noBranchName(name: String) {
        #expect(BranchName.flaw(in: name) != nil)
    }

    @Test("a public node in brackets is an IPv6 address", arguments: ["[2001:db8::1]", "2001:db8::1"])
    func publicNode(text: String) throws {
        var given = GivenSettings.sufficient
        given.flags[.publicNode] = text
        #expect(try given.read().server.publicNode == "2001:db8::1")
    }

    @Test("PORT_8888 overrides PORT0; both may be missing or invalid")
    func hostPort() {
        let port = { TaskEnvironment(environment: $0).hostPort }
        #expect(port(["PORT_8888": "31005", "PORT0": "31006"]) == 31005)
        #expect(port(["PORT_8888": "", "PORT0": "31006"]) == 31006)
        #expect(port(["PORT0": "none"]) == nil)
        #expect(port([:]) == nil)
    }

    @Test("a Mesos task is detected by its id or its sandbox")
    func mesosTask() {
        #expect(TaskEnvironment(environment: ["MESOS_TASK_ID": "x"]).isMesosTask)
        #expect(TaskEnvironment(environment: ["MESOS_SANDBOX": "/x"]).isMesosTask)
        #expect(!TaskEnvironment(environment: ["MESOS_TASK_ID": "", "HOST": "x"]).isMesosTask)
    }
}
