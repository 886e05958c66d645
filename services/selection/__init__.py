"""Selection: panels, attendance, sealed and opened scores, rankings, appointment. Here so far: official results to a
ranking."""
