namespace Autograd;

/// <summary>A test that needs no step size: an identity between derivatives, or the rate at which a remainder vanishes.</summary>
/// <param name="Name">What was tested.</param>
/// <param name="Verdict">The outcome; Skipped if it was not run.</param>
/// <param name="Detail">The numbers; or why it was skipped.</param>
public sealed record StepFreeTest(string Name, Verdict Verdict, string Detail);
