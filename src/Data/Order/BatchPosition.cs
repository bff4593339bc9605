namespace Autograd.Data;

/// <summary>How far a walk through shuffled batches has come: all that must be stored to go on from there.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">The next batch of the epoch, from 0.</param>
public readonly record struct BatchPosition(int Epoch, int Batch);
