/// The parts of the screen that can have the focus, in the order of Tab.
enum Pane: Int, Hashable, Sendable, CaseIterable {
    case deliveries = 1
    case deployments
    case log
    case hook

    var name: String {
        switch self {
        case .deliveries: "Deliveries"
        case .deployments: "Deployments"
        case .log: "Log"
        case .hook: "Hook"
        }
    }

    func moved(by step: Int) -> Pane {
        let all = Pane.allCases
        let index = (rawValue - 1 + step) % all.count
        return all[index < 0 ? index + all.count : index]
    }
}
