internal import BerthSystem
internal import Dispatch

// Before anything else: with standard output closed, the event queue itself would get its number.
Machine.holdStandardStreams()
Task { await Launcher.run() }
dispatchMain()
