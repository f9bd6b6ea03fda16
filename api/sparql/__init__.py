"""What does SPARQL answer? The protocol's endpoint, the graph store, and the doctor's explanations."""
