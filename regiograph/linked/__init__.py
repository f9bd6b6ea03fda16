"""What is told of one thing, for whoever follows its address: from plain SPARQL, in any format."""
