using Autograd.Data;

namespace Autograd.Lectures;

/// <summary>Targets that are sets: which symbols may follow.</summary>
static class Sets
{
    /// <summary>Binary cross-entropy of each member, summed over the symbols: the mean over all steps that count.</summary>
    public static Tensor Loss(Learner model, TargetSequences data)
    {
        var logits = model.All(data.Inputs, data.Lengths);
        var each = data.Targets * Functions.Softplus(-logits) + (1 - data.Targets) * Functions.Softplus(logits);
        return Functions.Sum(data.Mask * each) / data.Counted;
    }
}
