"""From a document to an edition: read, understand, resolve, describe, judge, accept."""
