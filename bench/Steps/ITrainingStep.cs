namespace Autograd.Bench;

/// <summary>
/// What is timed: forward over a sequence from the zero state, the mean of the squares of all outputs, and backward to every weight.
/// </summary>
interface ITrainingStep
{
    void Run();
}
