"""The demo court's rectification: rounds, problems, measures with their stories, readings, duties. All invented."""
