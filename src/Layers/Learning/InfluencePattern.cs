namespace Autograd.Layers;

/// <summary>Units that the same weights can influence.</summary>
/// <param name="Units">The units, in order.</param>
/// <param name="Columns">The weights, and after them the units of the first state.</param>
sealed record InfluenceGroup(int[] Units, int[] Columns);

/// <summary>
/// Which elements of ∂state/∂(weights, first state) are carried, and how those of one step are found with few sweeps. Columns with the same
/// units are a group, a full matrix. Units that no weight acts on in common are seeded together, since what reaches a weight then comes
/// from one of them (Curtis, Powell and Reid 1974, on the estimation of sparse Jacobian matrices).
/// </summary>
sealed class InfluencePattern
{
    readonly Connections? connections;

    InfluencePattern(int units, int weights)
    {
        Units = units;
        Weights = weights;
        StateColours = WeightColours = [.. Enumerable.Range(0, units)];
        Groups = [new(StateColours, [.. Enumerable.Range(0, weights + units)])];
    }

    InfluencePattern(Connections connections, BitRow[] reached)
    {
        this.connections = connections;
        Units = connections.Units;
        Weights = connections.Weights;
        StateColours = Colours(connections.Feeds, Units);
        WeightColours = Colours(connections.Direct, Weights);
        Groups = [.. GroupsOf(reached)];
    }

    public int Units { get; }

    public int Weights { get; }

    /// <summary>Which sweep finds the row of each unit in ∂next/∂state.</summary>
    public int[] StateColours { get; }

    /// <summary>Which sweep finds the row of each unit in ∂next/∂weights.</summary>
    public int[] WeightColours { get; }

    /// <summary>Whether everything is carried.</summary>
    public bool IsFull => connections is null;

    /// <summary>Every column is in one group, or in none if it influences nothing.</summary>
    public IReadOnlyList<InfluenceGroup> Groups { get; }

    /// <summary>Everything is carried.</summary>
    public static InfluencePattern Full(int units, int weights) => new(units, weights);

    /// <summary>
    /// What weights can influence within some steps, at least 1 (Menick et al. 2021). All of the influence of the first state is carried.
    /// </summary>
    public static InfluencePattern Within(Connections connections, int steps)
    {
        var reached = Array.ConvertAll(connections.Direct, row => row.Copy());
        for (int step = 1; step < steps && JoinFeeding(connections, reached); step++) { }
        return new InfluencePattern(connections, WithFirst(connections, reached));
    }

    /// <summary>Whether a unit of the state before feeds a unit.</summary>
    public bool Feeds(int unit, int before) => connections is null || connections.Feeds[unit][before];

    /// <summary>Whether a weight acts on a unit within a step. Units of the first state do not.</summary>
    public bool Acts(int column, int unit) => column < Weights && (connections is null || connections.Direct[unit][column]);

    // Whatever reaches a unit reaches those that it feeds, a step later. Whether anything is new.
    static bool JoinFeeding(Connections connections, BitRow[] reached)
    {
        var before = Array.ConvertAll(reached, row => row.Copy());
        bool isNew = false;
        for (int j = 0; j < reached.Length; j++)
            for (int i = 0; i < reached.Length; i++)
                if (connections.Feeds[j][i])
                    isNew |= reached[j].Join(before[i]);
        return isNew;
    }

    static BitRow[] WithFirst(Connections connections, BitRow[] reached)
    {
        var first = Array.ConvertAll(reached, _ => new BitRow(reached.Length));
        for (int i = 0; i < first.Length; i++) first[i][i] = true;
        while (JoinFeeding(connections, first)) { }
        var all = Array.ConvertAll(reached, _ => new BitRow(connections.Weights + first.Length));
        for (int j = 0; j < all.Length; j++)
        {
            for (int w = 0; w < connections.Weights; w++) all[j][w] = reached[j][w];
            for (int i = 0; i < first.Length; i++) all[j][connections.Weights + i] = first[j][i];
        }
        return all;
    }

    // The first colour of whose rows none has a column in common with the row.
    static int[] Colours(BitRow[] rows, int length)
    {
        var used = new List<BitRow>();
        return Array.ConvertAll(rows, row =>
        {
            int colour = used.FindIndex(other => !other.Meets(row));
            if (colour < 0)
            {
                colour = used.Count;
                used.Add(new BitRow(length));
            }
            used[colour].Join(row);
            return colour;
        });
    }

    IEnumerable<InfluenceGroup> GroupsOf(BitRow[] reached) => Enumerable.Range(0, Weights + Units)
        .Select(column => (Column: column, Units: Enumerable.Range(0, Units).Where(unit => reached[unit][column]).ToArray()))
        .Where(column => column.Units.Length > 0)
        .GroupBy(column => string.Join(' ', column.Units))
        .Select(group => new InfluenceGroup(group.First().Units, [.. group.Select(column => column.Column)]));
}
