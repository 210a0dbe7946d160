"""What is asked of the engine: solve, explain, replace, what if, reserve, fairness; plans as files."""
