"""The doctor: why a query has no rows, and why one took too long. Asks the query service, as anybody may.

outline     the query, taken apart, each pattern with its place
probes      small queries, bounded in number and time
terms       IRIs the edition does not use, and what was meant
culprits    the smallest set of patterns that nothing matches together
remedies    what to change, tried before it is told
cost        what makes a query expensive, without running it again
"""

from regiograph.doctor.doctor import Doctor
from regiograph.doctor.findings import Diagnosis, Finding

__all__ = ["Diagnosis", "Doctor", "Finding"]
