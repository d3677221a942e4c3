await Launcher.run()
