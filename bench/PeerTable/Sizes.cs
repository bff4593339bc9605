namespace Autograd.PeerTable;

/// <summary>Sizes of a convolution over the time of sequences.</summary>
sealed record ConvolutionSize(int Time, int Batch, int Inputs, int Outputs, int Taps, int Dilation)
{
    public Tensor Input() => Ours.Key.For("x").Normal([Time, Batch, Inputs]);

    public override string ToString() => $"T{Time} B{Batch}, {Inputs} to {Outputs}, {Taps} taps, dilation {Dilation}";
}

/// <summary>Sizes of a decoder that attends to annotations.</summary>
sealed record AttentionSize(int Time, int Source, int Batch, int Inputs, int Annotation, int Hidden)
{
    public Tensor Input() => Ours.Key.For("x").Normal([Time, Batch, Inputs]);

    public Tensor Annotations() => Ours.Key.For("annotations").Normal([Source, Batch, Annotation]);

    public override string ToString() => $"T{Time} S{Source} B{Batch} I{Inputs} A{Annotation} H{Hidden}";
}

/// <summary>Sizes of a connectionist temporal classification; class 0 is the blank.</summary>
sealed record CtcSize(int Time, int Batch, int Classes, int Labels)
{
    public int[] Targets() => Ours.Tokens(Batch * Labels, Classes - 1, 1);

    public override string ToString() => $"T{Time} B{Batch} C{Classes} L{Labels}";
}

/// <summary>A rule that learns forward in time, and its cell.</summary>
sealed record RuleSize(int Hidden, int? Reach = null, int Batch = 1, bool IsGated = false)
{
    public const int Inputs = 8;

    public override string ToString() =>
        $"{(Reach is null ? "RTRL" : $"SnAp-{Reach}")}, one step, {(IsGated ? "gru" : "rnn")}, I{Inputs} H{Hidden} B{Batch}";
}

/// <summary>Sizes of a sparse reservoir in double.</summary>
sealed record ReservoirSize(int Units, double Density)
{
    public const int Steps = 20;

    public override string ToString() =>
        FormattableString.Invariant($"echo state, double, {Steps} steps, {Units} units, density {Density}");
}
