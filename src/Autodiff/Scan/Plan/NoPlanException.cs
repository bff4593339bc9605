namespace Autograd.Scan;

/// <summary>A program for which there is no plan: it runs eagerly, and the message is the reason.</summary>
sealed class NoPlanException(string reason) : Exception(reason);
