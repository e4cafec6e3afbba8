import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Lists")
struct ListingTests {
    @Test("pings and requests that are rejected for the same reason share a line, pushes between them do not")
    func shared() {
        var dashboard = TestDashboard(120, 40, snapshot: Sample.empty)
        for id in 1...3 {
            dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 50, event: "ping", nil, .ping))))
        }
        dashboard.happen(.control(.delivery(Sample.delivery(4, 40, commit: "cafe", "A push"))))
        for id in 1...900 {
            dashboard.happen(
                .control(.delivery(Sample.delivery(Int64(-id), 30, nil, .rejected, reason: "signature does not match")))
            )
        }
        dashboard.happen(.control(.delivery(Sample.delivery(-901, 20, nil, .rejected, reason: "body too large"))))
        #expect(dashboard.state.deliveryListing.count == 4)
        for text in ["ping × 3", "A push", "× 900 rejected, signature does not match", "body too large", " 905 "] {
            #expect(dashboard.screen.contains(text))
        }
    }

    @Test("the cursor stays on a shared line while it grows, and opens the newest of its rows")
    func cursor() {
        var dashboard = TestDashboard(120, 40, snapshot: Sample.empty)
        for id in 1...3 {
            dashboard.happen(.control(.delivery(Sample.delivery(Int64(id), 50, event: "ping", nil, .ping))))
        }
        dashboard.happen(.control(.delivery(Sample.delivery(4, 40, commit: "cafe", "A push"))))
        dashboard.press("j")
        #expect(dashboard.state.selectedDelivery?.id == 3)
        dashboard.happen(.control(.delivery(Sample.delivery(5, 30, commit: "cafe", "A push"))))
        #expect(dashboard.state.selectedDelivery?.id == 3)
        dashboard.press(.enter)
        #expect(dashboard.state.detail?.subject == .delivery(3))
    }

    @Test("a filter does not lose rows of a shared line")
    func filtered() {
        var feed = RowList<DeliverySummary>()
        for id in 1...6 {
            feed.upsert(
                id.isMultiple(of: 2)
                    ? Sample.delivery(Int64(id), 1, "A push") : Sample.delivery(Int64(id), 1, event: "ping", nil, .ping)
            )
        }
        let listing = Listing(feed) { $0.event == "ping" }
        #expect(listing.count == 1 && listing.rowCount == 3)
        #expect([5, 3, 1].map { listing.index(of: $0) } == [0, 0, 0])
        #expect(listing.index(of: 2) == nil)
    }

    @Test("finds every row after rows were added and dropped at both ends")
    func places() {
        var feed = RowList(newestFirst: (100...200).reversed().map { Sample.delivery($0, 1, "x") }, total: 9000)
        feed.append(older: (50...99).reversed().map { Sample.delivery($0, 1, "x") })
        for id in 201...5000 { feed.upsert(Sample.delivery(Int64(id), 1, "x")) }
        #expect(feed.rows.allSatisfy { feed[$0.id] == $0 })
        #expect(feed[50] == nil && feed.rows.count <= 4500)
        feed.upsert(Sample.delivery(4000, 1, "changed"))
        #expect(feed[4000]?.message == "changed")
    }
}
