namespace Autograd.GradBench;

/// <summary>
/// Reads an input, and gives the computation on it that is timed. Its result is a number, a tensor, or a dictionary of such.
/// </summary>
/// <param name="input">The message's input.</param>
delegate Func<object> Function(Input input);

/// <summary>An evaluation of GradBench: the name of a module, and the functions that it asks for.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Functions">The functions, by name.</param>
sealed record Evaluation(string Name, IReadOnlyDictionary<string, Function> Functions);
