import Testing

@testable import ObserverEngine

@Suite("The public host port")
struct HostPortTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let records: [MesosDNS.ServiceRecord]
        var task = TaskEnvironment()
        let port: Int?

        var testDescription: String { name }
    }

    private static func record(_ ip: String, _ port: String) -> MesosDNS.ServiceRecord {
        MesosDNS.ServiceRecord(host: "dploy-observer-bsoy8-s0.marathon.mesos.", ip: ip, port: port)
    }

    private static let threePorts = [
        record("10.0.3.12", "17382"), record("10.0.7.91", "2201"), record("10.0.3.12", "17381"),
    ]

    static let cases: [Case] = [
        Case(name: "no record", records: [], port: nil),
        Case(name: "one record and no conflicting environment", records: [record("10.0.7.91", "8849")], port: 8849),
        Case(
            name: "one record with an address that is not HOST's", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "agent-7.example.com"), port: 8849),
        Case(
            name: "one record with the assigned port", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 8849), port: 8849),
        Case(
            name: "one record of an earlier task", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 31005), port: nil),
        Case(name: "several records without any environment", records: threePorts, port: nil),
        Case(
            name: "several records, one on this agent", records: threePorts, task: TaskEnvironment(host: "10.0.7.91"),
            port: 2201),
        Case(
            name: "several records on this agent, one with the assigned port", records: threePorts,
            task: TaskEnvironment(host: "10.0.3.12", hostPort: 17381), port: 17381),
        Case(
            name: "the assigned port on two agents",
            records: [record("10.0.3.12", "8849"), record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 8849), port: 8849),
        Case(
            name: "the assigned port, HOST is a name", records: threePorts,
            task: TaskEnvironment(host: "agent-7.example.com", hostPort: 2201), port: 2201),
        Case(
            name: "this agent with other ports only", records: threePorts,
            task: TaskEnvironment(host: "10.0.3.12", hostPort: 31005), port: nil),
        Case(
            name: "invalid ports",
            records: [record("10.0.7.91", "http"), record("10.0.7.91", "0"), record("10.0.7.91", "65536")], port: nil),
        Case(
            name: "one valid port among invalid ones",
            records: [record("10.0.7.91", ""), record("10.0.7.91", "8849")], port: 8849),
    ]

    @Test("is found among the records of Mesos-DNS", arguments: cases)
    func among(given: Case) {
        #expect(HostPort.among(given.records, task: given.task)?.port == given.port)
    }

    @Test("falls back to the port that Marathon assigned, then to the listening port")
    func fallback() {
        #expect(
            HostPort.withoutMesosDNS(task: TaskEnvironment(hostPort: 31005), listening: 8888)
                == HostPort(port: 31005, source: .marathonEnvironment))
        #expect(
            HostPort.withoutMesosDNS(task: TaskEnvironment(), listening: 8888)
                == HostPort(port: 8888, source: .listener))
    }
}
