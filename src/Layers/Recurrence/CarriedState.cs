using System.Globalization;

namespace Autograd.Layers;

/// <summary>A state that is carried from chunk to chunk, or missing, tensor by tensor.</summary>
sealed class CarriedState<TState> : ISaved
{
    readonly Func<TState>? like;
    readonly Func<Tensor[]?> save;
    readonly Action<Tensor[]?> load;

    /// <param name="like">A state of the same structure; null for a type without lists.</param>
    /// <param name="save">Gives the tensors, or null.</param>
    /// <param name="load">Takes them back.</param>
    public CarriedState(Func<TState>? like, Func<Tensor[]?> save, Action<Tensor[]?> load)
    {
        if (like is null && StateTensors<TState>.HasLists)
            throw new ArgumentException(
                $"State.Carried: {StateTensors<TState>.TypeName} has lists; give the cell, whose first state tells their lengths.");
        this.like = like;
        this.save = save;
        this.load = load;
    }

    public void Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var loaded = new Tensor?[like is null ? StateTensors<TState>.Slots : StateTensors<TState>.Flatten(like()).Length];
        bool isLoaded = false;
        for (int i = 0; i < loaded.Length; i++)
        {
            int number = i;
            state.AddOptional(
                number.ToString(CultureInfo.InvariantCulture), () => save()?[number], value => (loaded[number], isLoaded) = (value, true));
        }
        state.WhenLoaded(() =>
        {
            if (isLoaded) Take(loaded);
        });
    }

    void Take(Tensor?[] loaded)
    {
        int missing = loaded.Count(tensor => tensor is null);
        if (missing > 0 && missing < loaded.Length)
            throw new InvalidOperationException(
                $"State.Carried: {missing} of the {loaded.Length} tensors of a state {StateTensors<TState>.TypeName} are missing.");
        load(missing > 0 ? null : Array.ConvertAll(loaded, tensor => tensor!));
    }
}
