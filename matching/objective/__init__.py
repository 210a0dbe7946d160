"""What a plan is worth: weights, the terms of the objective, weights that put filling first."""
