import Testing

@testable import ObserverEngine

@Suite("The host port that leads to us")
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
        Case(name: "nobody is known yet", records: [], port: nil),
        Case(name: "one record, and nothing that contradicts it", records: [record("10.0.7.91", "8849")], port: 8849),
        Case(
            name: "one record with an address that is not HOST's", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "agent-7.example.com"), port: 8849),
        Case(
            name: "one record with the port that Marathon gave us", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 8849), port: 8849),
        Case(
            name: "one record of a task that is gone", records: [record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 31005), port: nil),
        Case(name: "several records, and we know nothing of us", records: threePorts, port: nil),
        Case(
            name: "several records, one on our agent", records: threePorts, task: TaskEnvironment(host: "10.0.7.91"),
            port: 2201),
        Case(
            name: "several records on our agent, one with our port", records: threePorts,
            task: TaskEnvironment(host: "10.0.3.12", hostPort: 17381), port: 17381),
        Case(
            name: "our port on two agents", records: [record("10.0.3.12", "8849"), record("10.0.7.91", "8849")],
            task: TaskEnvironment(host: "10.0.7.91", hostPort: 8849), port: 8849),
        Case(
            name: "our port, HOST is a name", records: threePorts,
            task: TaskEnvironment(host: "agent-7.example.com", hostPort: 2201), port: 2201),
        Case(
            name: "our agent with other ports only", records: threePorts,
            task: TaskEnvironment(host: "10.0.3.12", hostPort: 31005), port: nil),
        Case(
            name: "ports that are none",
            records: [record("10.0.7.91", "http"), record("10.0.7.91", "0"), record("10.0.7.91", "65536")], port: nil),
        Case(
            name: "one that is a port among some that are none",
            records: [record("10.0.7.91", ""), record("10.0.7.91", "8849")], port: 8849),
    ]

    @Test("is found among the records of Mesos-DNS", arguments: cases)
    func among(given: Case) {
        #expect(HostPort.among(given.records, task: given.task)?.port == given.port)
    }

    @Test("is Marathon's, else the one we listen on, where Mesos-DNS does not help")
    func fallback() {
        #expect(
            HostPort.withoutMesosDNS(task: TaskEnvironment(hostPort: 31005), listening: 8888)
                == HostPort(port: 31005, source: .marathonEnvironment))
        #expect(
            HostPort.withoutMesosDNS(task: TaskEnvironment(), listening: 8888)
                == HostPort(port: 8888, source: .listener))
    }
}
