/// The tables of `history.sqlite`; a new version adds, and changes nothing that is there.
enum HistoryTables {
    static let builds = """
        CREATE TABLE build (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, image TEXT NOT NULL,
            version TEXT NOT NULL, digest TEXT NOT NULL, seconds REAL NOT NULL, bytes INTEGER NOT NULL) STRICT;
        CREATE INDEX build_image ON build (image, at);
        """

    /// What happened, and what is so now.
    ///
    /// `entry` is an entry's id in hex. `use`, `closing` and `state` hold what is so now, the others what happened.
    static let cache = """
        CREATE TABLE lookup (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, repository TEXT NOT NULL,
            reference TEXT NOT NULL, others TEXT NOT NULL, kind TEXT NOT NULL, profile TEXT NOT NULL,
            key TEXT NOT NULL, version TEXT NOT NULL, outcome TEXT NOT NULL, matched TEXT, place TEXT, entry TEXT,
            seconds REAL, cost REAL) STRICT;
        CREATE INDEX lookup_key ON lookup (repository, key, at);
        CREATE INDEX lookup_at ON lookup (at);
        CREATE TABLE save (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, repository TEXT NOT NULL,
            reference TEXT NOT NULL, profile TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
            entry TEXT NOT NULL, bytes INTEGER NOT NULL, added INTEGER NOT NULL, packs TEXT NOT NULL,
            cost REAL) STRICT;
        CREATE INDEX save_at ON save (at);
        CREATE TABLE eviction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, repository TEXT NOT NULL,
            reference TEXT NOT NULL, profile TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
            entry TEXT NOT NULL, created INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,
            freed INTEGER NOT NULL, cost REAL, reason TEXT NOT NULL, detail TEXT NOT NULL, policy TEXT NOT NULL,
            isDone INTEGER NOT NULL) STRICT;
        CREATE INDEX eviction_key ON eviction (repository, key, at);
        CREATE INDEX eviction_at ON eviction (at);
        CREATE TABLE use (entry TEXT PRIMARY KEY, last INTEGER NOT NULL, count INTEGER NOT NULL,
            isVisited INTEGER NOT NULL, floor REAL NOT NULL) STRICT;
        CREATE TABLE closing (repository TEXT NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (repository, reference)) STRICT;
        CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE tally (month INTEGER NOT NULL, repository TEXT NOT NULL, kind TEXT NOT NULL,
            profile TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL, timed INTEGER NOT NULL,
            saved REAL NOT NULL, PRIMARY KEY (month, repository, kind, profile, outcome)) STRICT;
        """

    /// Runs of jobs; `source` names a run that somebody else has a number for.
    static let runs = """
        CREATE TABLE run (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, repository TEXT NOT NULL,
            workflow TEXT NOT NULL, job TEXT NOT NULL, cell TEXT NOT NULL, image TEXT NOT NULL, cache TEXT NOT NULL,
            ending TEXT NOT NULL, seconds REAL NOT NULL, slept REAL NOT NULL, peak INTEGER, source TEXT UNIQUE) STRICT;
        CREATE INDEX run_repository ON run (repository, at);
        """

    /// All tables, in the order in which salvage copies them.
    static let names = ["build", "lookup", "save", "eviction", "use", "closing", "state", "tally", "run"]
}
