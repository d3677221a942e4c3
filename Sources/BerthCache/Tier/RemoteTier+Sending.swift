package import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

extension RemoteTier {
    /// What sending came to.
    package struct Sent: Sendable, Equatable {
        package var entries = 0
        /// Blobs that went over the network.
        package var bytes = ByteCount(0)
        /// Entries that wait for the next time.
        package var waiting = 0
        /// What a person should know.
        package var notes: [String] = []
    }

    /// Takes a saved entry into the queue, then sends what waits for as long as the settings allow.
    ///
    /// Never fails: what could not be sent is sent with the next one.
    package func offer(_ entry: CacheEntry, now: Int64 = Machine.now) async -> Sent {
        guard settings.writes else { return Sent() }
        do { try await offload { try enqueue(entry, now: now) } } catch {
            var sent = Sent()
            sent.notes = ["the entry stays on this machine: \((error as? BerthError)?.what ?? "\(error)")"]
            return sent
        }
        return await send(now: now)
    }

    /// Takes a saved entry into the queue, to be sent by `keepSending`.
    package func enqueue(_ entry: CacheEntry, now: Int64 = Machine.now) throws {
        guard settings.writes else { return }
        try queue.add(CacheEntry.id(entry.key, version: entry.version, in: entry.scope), now: now)
    }

    /// Sends what waits, the oldest first; nothing while another process does that.
    ///
    /// Never fails and ends with the time that the settings allow.
    package func send(now: Int64 = Machine.now) async -> Sent {
        var sent = Sent()
        do {
            let store = store
            guard settings.writes, let sender = try await offload({ try TierQueue.Sender.take(in: store) }) else {
                return sent
            }
            defer { withExtendedLifetime(sender) {} }
            let items = try await offload { [queue] in try queue.list() }
            sent.waiting = items.count
            guard !pause.isOn(now: now) else { return sent }
            let end = SuspendingClock.now + settings.send
            for item in items {
                let left = SuspendingClock.now.duration(to: end)
                guard left > .zero else {
                    sent.notes.append(late(sent))
                    break
                }
                guard await handle(item, left, now, &sent) else { break }
            }
        } catch { sent.notes += note(error, "keeps what is to be sent", now) }
        return sent
    }

    /// Sends for as long as the task lives, with pauses: what a service does in the background.
    package func keepSending(every interval: Duration, _ tell: @Sendable (Sent) async -> Void) async {
        while !Task.isCancelled {
            let sent = await send()
            if sent.entries > 0 || !sent.notes.isEmpty { await tell(sent) }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// One entry of the queue; false where the next one would fare no better.
    private func handle(_ item: TierQueue.Item, _ limit: Duration, _ now: Int64, _ sent: inout Sent) async -> Bool {
        let end = SuspendingClock.now + limit
        do {
            let store = store
            let entry = try await offload { try store.entries.read(item.entry).map { try CacheEntry($0) } }
            // Evicted before it was sent.
            if let entry {
                let pusher = try pusher(patient)
                let pushed = try await within(limit, "sending to \(settings.repository)") {
                    try await pusher.push(entry)
                }
                sent.entries += pushed.fate == .sent ? 1 : 0
                sent.bytes = sent.bytes + pushed.sentBytes
                if case .taken = pushed.fate {
                    sent.notes.append(
                        "\(settings.repository) has other content under the key \(entry.key.text.escaped), which stays there"
                    )
                }
            }
            try await done(item, &sent)
            return true
        } catch let error as BerthError where error.status == .damaged {
            sent.notes.append("an entry is not sent: \(error.what)")
            try? await done(item, &sent)
            return true
        } catch {
            sent.notes += end <= .now ? [late(sent)] : note(error, "keeps what is to be sent", now)
            if item.since + TierQueue.patience < now { try? await done(item, &sent) }
            return false
        }
    }

    private func late(_ sent: Sent) -> String {
        "not all could be sent to \(settings.repository) within \(settings.send): \(sent.waiting) entries wait for the next save"
    }

    private func done(_ item: TierQueue.Item, _ sent: inout Sent) async throws {
        try await offload { [queue] in try queue.remove(item.entry) }
        sent.waiting -= 1
    }
}
