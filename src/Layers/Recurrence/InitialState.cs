namespace Autograd.Layers;

/// <summary>Where the state before the first step comes from, when none is given.</summary>
public enum InitialState
{
    /// <summary>The cell's own: zeros unless the cell overrides it.</summary>
    FromCell,

    /// <summary>
    /// Parameters, the same for every sequence of a batch, initialised with the cell's own state (Gers, Schraudolph, Schmidhuber 2002,
    /// section 5.1). The cell keeps them, so decoders, streams and learning rules of the cell begin with them too; see
    /// <see cref="Cell{TState}.First"/>.
    /// </summary>
    Learned,
}
