import Foundation
import HTTPTypes
package import Hummingbird

/// The control API under `/v1`: a thin adapter over one service for each question. `ControlService` answers what the observer
/// knows and carries out actions, `PlanService` what a deployment would change, `AppsService` what runs, `WhyService` why.
package struct ControlRoutes: Sendable {
    private let service: ControlService
    private let plans: PlanService
    private let apps: AppsService
    private let why: WhyService
    private let feed: ControlFeed
    private let snapshot: SharedSnapshot

    package init(
        service: ControlService, plans: PlanService, apps: AppsService, why: WhyService, feed: ControlFeed
    ) {
        self.service = service
        self.plans = plans
        self.apps = apps
        self.why = why
        self.feed = feed
        snapshot = SharedSnapshot(feed: feed, service: service, apps: apps)
    }

    /// - Parameter gate: Checks the token; nil on the Unix socket, which only its owner can open.
    package func add(to router: Router<ObserverRequestContext>, behind gate: AccessGate?) {
        let group = router.group()
        if let gate { group.add(middleware: gate) } else { group.add(middleware: SocketOperators()) }
        group.add(middleware: ControlErrors())
        addResources(to: group)
        group.post("/v1/actions") { request, context in
            let caller = try context.identified
            try JSONObjectBody.checkType(of: request)
            return try await whileConnected(request) {
                try await service.perform(try await RequestedAction.action(in: $0), by: caller)
            }
        }
        group.post("/v1/plan") { request, _ in
            try Response.json(try await plans.plan(try await RequestedPlan.plan(of: request)))
        }
        // These two routes have existed since 2016.
        group.post("/register") { request, context in
            let caller = try context.identified
            return try await whileConnected(request) { _ in try await service.perform(.register, by: caller) }
        }
        group.post("/reset") { request, context in
            let caller = try context.identified
            return try await whileConnected(request) { _ in
                guard let id = service.hook.id else { throw ControlError.impossible("No webhook is registered.") }
                return try await service.perform(.removeHook(id: id), by: caller)
            }
        }
    }

    private func addResources(to group: RouterGroup<ObserverRequestContext>) {
        group.get("/v1/whoami") { _, context in try Response.json(try context.identified) }
        group.get("/v1/engine") { _, _ in try Response.json(service.engine) }
        group.get("/v1/apps") { _, _ in try Response.json(await apps.report()) }
        group.get("/v1/output") { request, _ in
            let query = PageQuery(request)
            return try Response.json(try await apps.output(of: try query.app, lines: try query.lines))
        }
        group.get("/v1/output/events") { request, context in
            let query = PageQuery(request)
            let stream = OutputStream(
                apps: apps, app: try query.app, lines: try query.lines, isStillPermitted: context.isStillPermitted)
            return try await stream.response()
        }
        group.get("/v1/why") { request, _ in
            try Response.json(try await why.history(of: try PageQuery(request).app))
        }
        group.get("/v1/commit") { request, _ in
            try Response.json(try await why.commit(try PageQuery(request).ref))
        }
        group.get("/v1/hook") { _, _ in try Response.json(service.hook) }
        group.get("/v1/log") { _, _ in try Response.json(service.log) }
        group.get("/v1/deliveries") { request, _ in
            let query = PageQuery(request)
            return try Response.json(
                try await service.deliveries(
                    before: try query.before, verdict: try query.verdict, limit: try query.limit))
        }
        group.get("/v1/deliveries/:id") { _, context in
            try Response.json(try await service.delivery(try Self.id(in: context)))
        }
        group.get("/v1/deployments") { request, _ in
            let query = PageQuery(request)
            return try Response.json(try await service.deployments(before: try query.before, limit: try query.limit))
        }
        group.get("/v1/deployments/:id") { _, context in
            try Response.json(try await service.deployment(try Self.id(in: context), for: try context.identified))
        }
        group.get("/v1/deployments/:id/log") { request, context in
            try Response.json(
                try await service.log(of: try Self.id(in: context), after: try PageQuery(request).after))
        }
        group.get("/v1/audit") { request, _ in
            let query = PageQuery(request)
            return try Response.json(try await service.audit(before: try query.before, limit: try query.limit))
        }
        group.get("/v1/events") { request, context in
            let last = HTTPField.Name.lastEventID.flatMap { request.headers[$0] }.flatMap(ControlEventID.init)
            return ControlEventStream(
                feed: feed, service: service, apps: apps, snapshot: snapshot,
                isStillPermitted: context.isStillPermitted
            ).response(after: last)
        }
    }

    private static func id(in context: ObserverRequestContext) throws -> Int64 {
        guard let id = context.parameters.get("id").flatMap({ Int64(digits: $0) }) else {
            throw ControlError.malformed("The ID in the path must be a whole number of at most 64 bits.")
        }
        return id
    }

    /// Performs an action and cancels it when the client disconnects: a client that got no answer must not find it done later.
    private func whileConnected(
        _ request: Request, _ perform: @escaping @Sendable (RequestBody) async throws -> ActionAnswer
    ) async throws -> Response {
        try Response.json(try await request.body.consumeWithCancellationOnInboundClose(perform))
    }
}

extension ObserverRequestContext {
    /// The operator, as identified by the gate in front of the route.
    fileprivate var identified: Operator {
        get throws {
            guard let caller else { throw HTTPError(.unauthorized) }
            return caller
        }
    }
}

extension HTTPField.Name {
    /// `Last-Event-ID`: the last event that a client of an event stream received.
    fileprivate static let lastEventID: HTTPField.Name? = HTTPField.Name("Last-Event-ID")
}
