namespace Autograd.Data;

/// <summary>The position of a walk through shuffled batches: all that must be stored to continue from there.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">The next batch of the epoch, from 0.</param>
public readonly record struct BatchPosition(int Epoch, int Batch);
