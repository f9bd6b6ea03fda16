"""The harvester's twin: sees a catalogue as data.europa.eu would, before data.europa.eu does."""
