import ObserverEngine

/// What the dashboard wants done outside itself.
enum DashboardEffect: Equatable, Sendable {
    case perform(ControlAction)
    case loadDelivery(Int64)
    case loadDeployment(Int64)
    case loadLog(deployment: Int64)
    case loadOlderDeliveries(before: Int64)
    case loadOlderDeployments(before: Int64)
    case copy(String)
    case setMouse(Bool)
    case suspend
    case redraw
    case quit
}
