namespace Autograd.Optimizers;

/// <summary>The progress of a search without gradients.</summary>
/// <param name="Round">Rounds done: generations of a <see cref="GeneticAlgorithm"/>, steps of <see cref="SimulatedAnnealing"/>.</param>
/// <param name="Rounds">Rounds in all.</param>
/// <param name="Evaluations">How often the cost was computed.</param>
/// <param name="Best">The lowest cost so far.</param>
/// <param name="Current">The lowest cost of this generation, or the cost of the current state of the annealing.</param>
public readonly record struct SearchProgress(int Round, int Rounds, int Evaluations, double Best, double Current);

/// <summary>The result of a search without gradients; the parameters hold the best values.</summary>
/// <param name="Cost">The lowest cost.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="Evaluations">How often the cost was computed.</param>
/// <param name="WasCancelled">Whether it ended before its last round.</param>
/// <param name="Values">The best values by the parameters' names.</param>
public sealed record SearchResult(double Cost, int Rounds, int Evaluations, bool WasCancelled, IReadOnlyDictionary<string, Tensor> Values);
