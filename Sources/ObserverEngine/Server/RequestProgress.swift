/// Whose turn it is on one connection: the client's, to send a request, or ours, to answer it.
struct RequestProgress {
    enum Action: Equatable {
        case none
        /// A request is awaited from now on.
        case await
        /// A request is there as a whole; its answer is ours to give.
        case answer
        /// More requests came at once than anybody needs.
        case close
    }

    /// How many requests may come before the first of them is answered.
    private static let limit = 16

    /// Requests that have come as a whole, less answers that were written as a whole. A refusal may be written before the
    /// request has ended.
    private var unanswered = 0

    /// Whether it is our turn.
    var isAnswering: Bool { unanswered > 0 }

    mutating func requestEnded() -> Action {
        unanswered += 1
        switch unanswered {
        case 1: return .answer
        case 0: return .await
        case ...Self.limit: return .none
        default: return .close
        }
    }

    mutating func answerEnded() -> Action {
        unanswered -= 1
        // What was refused before its end is still coming in: that is no new request.
        return unanswered == 0 ? .await : .none
    }
}
