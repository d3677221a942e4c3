/// Someone who holds a part of the machine.
struct Holder {
    let id: Job.ID
    let row: ResourceRow
    let end: Duration
}

/// The room that a job waits for: which holders must go, and what is left beside it then.
struct HeadRoom {
    let waitsFor: [Holder]
    /// What others may take now without keeping the job waiting any longer.
    let spare: ResourceRow
    /// When the last of the holders is expected to go.
    let expected: Duration

    /// Counts on the holders in their order until the job fits; nil where it doesn't even when all have gone.
    init?(needs: ResourceRow, free: ResourceRow, holders: [Holder], now: Duration) {
        var room = free
        var count = 0
        while !needs.fits(in: room) {
            guard count < holders.count else { return nil }
            room += holders[count].row
            count += 1
        }
        waitsFor = Array(holders.prefix(count))
        expected = waitsFor.map(\.end).max() ?? now
        room -= needs
        spare = room
    }

    func reservation(_ state: OnlineState, _ head: Int) -> Reservation {
        Reservation(job: state.queue[head].job.id, waitsFor: waitsFor.map(\.id), expected: expected)
    }
}
