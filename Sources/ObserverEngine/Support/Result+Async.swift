extension Result where Failure == any Error {
    /// What came of it, whichever way it went.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
