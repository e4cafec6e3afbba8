import ArgumentParser
import ObserverEngine
import ObserverTUI

extension ExitStatus {
    /// The status with which the program ends after an error.
    init(of error: any Error) {
        self =
            switch error {
            case is ConfigurationError, is ServerCertificate.Unusable, is TokenFile.Unusable, is TerminalUnavailable:
                .usage
            case is Authentication.Refused: .refused
            case is ObserverServer.ListenFailure: .unavailable
            case StateDirectory.Problem.taken: .temporaryFailure
            case is StateDirectory.Problem, is Store.Unusable: .cannotCreate
            case is EngineEndpoint.Unknown, is EngineEndpoint.OtherBranch: .usage
            case is ConnectionLost: .unavailable
            case is ActionImpossible, is Confirmation.Declined, is DoctorReport.Failed, is InitCommand.Unfinished,
                is PlanPage.Invalid, is DeploymentNotSucceeded:
                .failure
            case is PlanPage.WouldChange: .wouldChange
            case is WaitTimedOut: .timedOut
            case let error as ControlClient.Failure: .init(ofResponse: error.status)
            default: .init(of: ObserverCommand.exitCode(for: error))
            }
    }

    private init(of code: ExitCode) {
        self =
            switch code {
            case .success: .success
            case .validationFailure: .usage
            default: .software
            }
    }

    /// - Parameter status: The status of the control API's response; nil if there was none.
    private init(ofResponse status: Int?) {
        self =
            switch status {
            case nil: .unavailable
            case 401, 403, 429: .refused
            case 409: .temporaryFailure
            default: .failure
            }
    }
}
