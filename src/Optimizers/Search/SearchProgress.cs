namespace Autograd.Optimizers;

/// <summary>How far a search without gradients has come.</summary>
/// <param name="Round">Rounds done: generations of a <see cref="GeneticAlgorithm"/>, steps of <see cref="SimulatedAnnealing"/>.</param>
/// <param name="Rounds">Rounds in all.</param>
/// <param name="Evaluations">How often the cost was computed.</param>
/// <param name="Best">The lowest cost so far.</param>
/// <param name="Current">The lowest cost of this generation, or the cost of the state that the annealing is in.</param>
public readonly record struct SearchProgress(int Round, int Rounds, int Evaluations, double Best, double Current);

/// <summary>What a search without gradients has found; the parameters hold it.</summary>
/// <param name="Cost">The lowest cost.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="Evaluations">How often the cost was computed.</param>
/// <param name="WasCancelled">Whether it ended before its last round.</param>
/// <param name="Values">The best values by the parameters' names.</param>
public sealed record SearchResult(double Cost, int Rounds, int Evaluations, bool WasCancelled, IReadOnlyDictionary<string, Tensor> Values);
