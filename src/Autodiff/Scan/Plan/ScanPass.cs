namespace Autograd.Scan;

/// <summary>One direction of a plan.</summary>
sealed class ScanPass
{
    bool? hasCalls;

    public List<ScanStage> Stages { get; } = [];

    /// <summary>Weight gradients formed for a whole chunk after its stages.</summary>
    public List<DelayedProduct> Delayed { get; } = [];

    /// <summary>What all stages do.</summary>
    public IEnumerable<ScanAction> Actions => Stages.SelectMany(stage => stage.Before.Concat(stage.Actions));

    /// <summary>The weights of all products.</summary>
    public JoinedWeights[] Weights => field ??= [.. Actions.OfType<ProductAction>().Select(product => product.Weights)];

    /// <summary>Whether operations run their own code.</summary>
    public bool HasCalls => hasCalls ??= Actions.Any(action => action is OperationAction or CopyAction or AddAction);
}
