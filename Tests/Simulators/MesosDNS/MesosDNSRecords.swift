/// The records of Mesos-DNS. Names are compared without case and trailing dot.
package struct MesosDNSRecords: Sendable {
    /// A port of a task.
    package struct Service: Sendable, Hashable {
        package var host: String
        package var ip: String
        package var port: String

        package init(host: String, ip: String, port: Int) {
            self.host = host
            self.ip = ip
            self.port = "\(port)"
        }
    }

    /// An address of a name.
    package struct Host: Sendable, Hashable {
        package var host: String
        package var ip: String

        package init(host: String, ip: String) {
            self.host = host
            self.ip = ip
        }
    }

    private var services: [String: [Service]] = [:]
    private var hosts: [String: [Host]] = [:]

    package init() {}

    package subscript(service name: String) -> [Service] {
        get { services[Self.key(name)] ?? [] }
        set { services[Self.key(name)] = newValue }
    }

    package subscript(host name: String) -> [Host] {
        get { hosts[Self.key(name)] ?? [] }
        set { hosts[Self.key(name)] = newValue }
    }

    private static func key(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}

extension MesosDNSRecords {
    /// The records of a real Mesos 0.28.1 cluster (DC/OS 1.7): the observer on the public agent, an app with two tasks,
    /// an app in a group without ports, and an app whose task is still staging and therefore unknown.
    package static let recorded: MesosDNSRecords = {
        var records = MesosDNSRecords()
        for domain in ["marathon", "marathon.slave"] {
            records[service: "_dploy-observer._tcp.\(domain).mesos"] = [
                Service(host: "dploy-observer-bsoy8-s0.\(domain).mesos.", ip: "10.0.7.91", port: 8849)
            ]
            records[service: "_helloworld._tcp.\(domain).mesos"] = [
                Service(host: "helloworld-imoak-s1.marathon.slave.mesos.", ip: "10.0.3.12", port: 17382),
                Service(host: "helloworld-tu3xn-s0.marathon.slave.mesos.", ip: "10.0.7.91", port: 2201),
                Service(host: "helloworld-imoak-s1.marathon.slave.mesos.", ip: "10.0.3.12", port: 17381),
            ]
            for (app, ip) in [("dploy-observer", "10.0.7.91"), ("generator-buzz", "10.0.3.12")] {
                records[host: "\(app).\(domain).mesos"] = [Host(host: "\(app).\(domain).mesos.", ip: ip)]
            }
        }
        for domain in ["marathon", "marathon.slave"] {
            let name = "helloworld.\(domain).mesos"
            records[host: name] = ["10.0.3.12", "10.0.7.91"].map { Host(host: "\(name).", ip: $0) }
        }
        records[host: "marathon.mesos"] = [Host(host: "marathon.mesos.", ip: "10.0.7.90")]
        records[host: "leader.mesos"] = [Host(host: "leader.mesos.", ip: "127.0.7.90")]
        return records
    }()
}
