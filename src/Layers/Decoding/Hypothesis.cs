namespace Autograd.Layers;

/// <summary>A continuation found by beam search.</summary>
/// <param name="Symbols">The generated symbols, without the stop symbol.</param>
/// <param name="LogProbability">log p of all generated symbols, the stop symbol included, in nats.</param>
/// <param name="Score">The score by which hypotheses are compared.</param>
/// <param name="IsFinished">Whether it ended with the stop symbol rather than at the maximum length.</param>
public sealed record Hypothesis(IReadOnlyList<int> Symbols, double LogProbability, double Score, bool IsFinished);
