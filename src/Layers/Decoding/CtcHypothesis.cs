namespace Autograd.Layers;

/// <summary>Labels, and the logarithm of the probability of all paths that were found for them.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="LogProbability">log p, in nats.</param>
public sealed record CtcHypothesis(IReadOnlyList<int> Labels, double LogProbability);
