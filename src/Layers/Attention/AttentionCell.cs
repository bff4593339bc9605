namespace Autograd.Layers;

/// <summary>
/// A decoder's step with attention (Bahdanau, Cho and Bengio 2015, section 3.1): the context c = Σ α_j h_j is read with the state before
/// the step, the cell reads [x, c], and the output is [output, c] for the layer that predicts. The annotations belong to one batch of
/// sequences, so this cell is created for each batch, and refers to the cell and the attention that own the parameters.
/// <see cref="Recurrent"/> and every decoder take it like any cell: when beams and batches reorder or drop sequences, the annotations move
/// with the states.
/// <code>
/// var decoder = new AttentionCell&lt;Tensor&gt;(gru, attention.Over(encoder.Forward(source, lengths), lengths), attention);
/// </code>
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class AttentionCell<TState> : Cell<TState>
{
    readonly Func<TState, Tensor> query;
    Cell<TState> cell;
    AttendedSequence sequence;

    /// <summary>Binds a cell to the sequences it attends to.</summary>
    /// <param name="cell">The cell; it has as many inputs as x and an annotation together.</param>
    /// <param name="sequence">The annotations to attend to.</param>
    /// <param name="attention">The module that prepared it, so that its parameters belong to this cell too.</param>
    /// <param name="query">
    /// Selects the query from the state; by default its first tensor, which is H for an <see cref="LstmState"/>.
    /// </param>
    public AttentionCell(Cell<TState> cell, AttendedSequence sequence, AdditiveAttention attention, Func<TState, Tensor>? query = null)
        : base(default)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        this.cell = Share(cell, "cell");
        Share(attention, nameof(attention));
        this.sequence = sequence;
        this.query = query ?? (state => StateTensors<TState>.Flatten(state)[0]);
    }

    /// <inheritdoc/>
    public override TState Initial(int batch, ElementType type) => cell.First(batch, type);

    /// <summary>This cell with the annotations of selected sequences.</summary>
    /// <inheritdoc/>
    public override Cell<TState> WithRows(int[] rows) => ViewOf(this, view =>
    {
        view.cell = cell.WithRows(rows);
        view.sequence = sequence.WithRows(rows);
    });

    /// <summary>The weights with which a step from a state would attend, <c>[time, batch]</c>.</summary>
    /// <param name="state">The state before the step.</param>
    public Tensor Weights(TState state) => sequence.Read(query(state)).Weights;

    /// <inheritdoc/>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        var (context, _) = sequence.Read(query(state));
        var (output, next) = cell.Step(Functions.Concatenate(-1, x, context), state);
        return (Functions.Concatenate(-1, output, context), next);
    }
}
