"""Who turns which plugin on: services and pages, with a lamp and its shade installed."""
