namespace Autograd.Scan;

/// <summary>What a run is given.</summary>
/// <param name="X">Inputs, <c>[time, …]</c>.</param>
/// <param name="States">The states before the first step.</param>
/// <param name="Sequences">Other tensors given for each step.</param>
/// <param name="StepData">Data of each step that the step asked for.</param>
/// <param name="Leaves">What the step uses from outside.</param>
/// <param name="Options">How it runs.</param>
sealed record ScanInputs(
    Tensor X, Tensor[] States, Tensor[] Sequences, StepData[] StepData, Tensor[] Leaves, ScanOptions Options);
