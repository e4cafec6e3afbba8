import Foundation
import ObserverEngine

/// Everything that can change what is on the screen.
enum DashboardEvent: Sendable {
    case key(Key)
    case pasted(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// Something on the screen is no longer true, or we were away: look at the clock.
    case clockTicked
    case control(ControlEvent)
    case connectionLost(reason: String, retryAt: Date)
    case answered(ControlAction, Result<String, ControlRefusal>)
    case deliveryLoaded(Int64, Result<DeliveryDetail, ControlRefusal>)
    case deploymentLoaded(Int64, Result<DeploymentDetail, ControlRefusal>)
    case logLoaded(Int64, Result<[LogLine], ControlRefusal>)
    case olderDeliveriesLoaded(Result<[DeliverySummary], ControlRefusal>)
    case olderDeploymentsLoaded(Result<[DeploymentSummary], ControlRefusal>)
}
