import Foundation
import NIOHTTP1

@testable import ObserverEngine

extension FuzzTarget {
    /// An answer leads to a port that there is, or to none.
    static let mesosDNS = FuzzTarget(name: "mesos-dns") { input in
        let answer = JSONResponse(status: 200, headers: HTTPHeaders(), body: Data(input))
        guard let records = try? answer.decode([MesosDNS.ServiceRecord].self) else { return }
        for task in [TaskEnvironment(), TaskEnvironment(host: "10.0.0.1"), TaskEnvironment(hostPort: 31005)] {
            let found = HostPort.among(records, task: task)
            precondition(found.map { (1...65535).contains($0.port) } ?? true)
        }
        for record in records { _ = ServiceURL(host: record.ip, port: 8080).origin }
    }
}
