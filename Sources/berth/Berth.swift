internal import ArgumentParser

/// The root of all commands.
struct Berth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth", abstract: "Images, caches and two job slots on a machine of your own.",
        subcommands: [
            ImageCommand.self, CacheCommand.self, PlanCommand.self, ServeCommand.self, StoreCommand.self,
        ])
}

/// The commands on images.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Build images from locked packages, and keep their versions.",
        subcommands: [
            ImageLock.self, ImageBuild.self, ImageList.self, ImageShow.self, ImageHistory.self, ImageDiff.self,
            ImageVerify.self, ImageSBOM.self, ImageSign.self, ImageTest.self, ImageExport.self, ImageLoad.self,
            ImagePush.self, ImagePull.self, ImageCopy.self, ImageNightly.self, ImageRollback.self, ImageTag.self,
            ImagePrune.self,
        ])
}

/// The commands on the dependency cache.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Keep what builds download and install, and bring it back.",
        subcommands: [
            CacheKeyShow.self, CacheDetect.self, CacheSave.self, CacheRestore.self, CacheList.self, CacheShow.self,
            CacheExplain.self, CacheStats.self, CacheVerify.self, CacheEvict.self, CachePin.self, CacheUnpin.self,
            CacheCloseScope.self, CacheSimulate.self, CachePush.self, CachePull.self, CacheWarm.self,
            CacheRelease.self,
        ])
}

/// The commands on plans.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Plan which job of a workflow runs when, in which slot.",
        subcommands: [
            PlanShow.self, PlanExplain.self, PlanCompare.self, PlanSimulate.self, PlanLearn.self,
        ], defaultSubcommand: PlanShow.self)
}

/// The commands on the store.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the store that holds images, packages and caches.",
        subcommands: [StorePath.self, StoreCheck.self, StoreRepair.self, StoreCollect.self])
}
