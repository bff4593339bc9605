namespace Autograd.Scan;

/// <summary>A sum of products, formed in place: each adds to what is there.</summary>
sealed class ProductSum(StepValue root, StepValue[] products, StepValue[] rest)
{
    /// <summary>The value that is this sum, plus the rest.</summary>
    public StepValue Root => root;

    public StepValue[] Products => products;

    /// <summary>Elementwise terms of the root.</summary>
    public StepValue[] Rest => rest;

    /// <summary>Rows of the products in each row of the batch.</summary>
    public int RowsInRow { get; } = StepForms.RowsInRow(products[0]);

    /// <summary>Where the sum lies.</summary>
    public BufferSlice? Slice { get; set; }

    /// <summary>Whether the rest is written to the place first, so that the place holds the whole root.</summary>
    public bool HoldsRoot { get; set; }
}

/// <summary>
/// Which values one pass computes, who uses them, and in which order: fused passes at even levels, products and operations at odd ones.
/// Values of the same level and width are one fused pass; what is one number for each row is part of any pass of its level that uses it.
/// </summary>
sealed class PassValues
{
    readonly StepForms forms;
    readonly Func<StepValue, bool> isAvailable;
    readonly HashSet<StepValue> scheduled = [];
    readonly Dictionary<StepValue, List<StepValue>> users = [];
    readonly HashSet<StepValue> demanded = [];
    readonly Dictionary<StepValue, ProductSum> sums = [];
    // Values that exist only as terms of a sum.
    readonly Dictionary<StepValue, ProductSum> absorbed = [];
    readonly HashSet<StepValue> elementwise = [];
    readonly Dictionary<StepValue, int> levels = [];
    readonly Func<ProductSum, StepValue, bool> isHoisted;

    /// <param name="forms">The graph's forms.</param>
    /// <param name="isAvailable">Whether a value needs no computing in this pass: it is given, kept, or worked out where it is
    /// used.</param>
    /// <param name="demands">Values that must be stored or added up.</param>
    /// <param name="isHoisted">Whether a product of a sum is formed before the steps.</param>
    public PassValues(
        StepForms forms, Func<StepValue, bool> isAvailable, IEnumerable<StepValue> demands, Func<ProductSum, StepValue, bool> isHoisted)
    {
        this.forms = forms;
        this.isAvailable = isAvailable;
        this.isHoisted = isHoisted;
        foreach (var demand in demands)
        {
            var value = forms.Actual(demand);
            demanded.Add(value);
            Schedule(value);
        }
        Ordered = [.. scheduled.OrderBy(value => value.Number)];
        foreach (var value in Ordered)
            foreach (var operand in OperandsOf(value))
                Users(operand).Add(value);
        foreach (var value in Enumerable.Reverse(Ordered)) FindSum(value);
    }

    /// <summary>All values of the pass, operands first.</summary>
    public StepValue[] Ordered { get; }

    public IEnumerable<ProductSum> Sums => sums.Values;

    public bool IsScheduled(StepValue value) => scheduled.Contains(value);

    public ProductSum? SumOf(StepValue value) => sums.GetValueOrDefault(value);

    public IReadOnlyList<StepValue> UsersOf(StepValue value) => Users(value);

    public IEnumerable<StepValue> OperandsOf(StepValue value) => value.Operands.Select(forms.Actual);

    /// <summary>
    /// Whether arithmetic makes one number for each row: any pass of its level that uses the value makes it, whatever its width.
    /// </summary>
    public bool IsOfRows(StepValue value) => forms.IsOfRows(value) && forms.KindOf(value) == ValueKind.Fused
        && SumOf(value) is not { HoldsRoot: true } && !absorbed.ContainsKey(value);

    /// <summary>What a value is computed from in a fused pass: for a sum the terms that are left.</summary>
    public IEnumerable<StepValue> Terms(StepValue value) => SumOf(value) is { } sum ? sum.Rest : OperandsOf(value);

    public int Level(StepValue value) => levels.GetValueOrDefault(value);

    /// <summary>Gives every value its earliest level. Called when it is known which sums are formed where they are stored.</summary>
    public void AssignLevels()
    {
        foreach (var value in Ordered) levels.Add(value, Earliest(value));
    }

    /// <summary>
    /// Moves values of fused passes into the pass that uses them, where that does not make it read more: then they stay in registers.
    /// Called when it is known which values are stored.
    /// </summary>
    /// <param name="isStored">Whether a value is needed in memory anyway.</param>
    public void Delay(Func<StepValue, bool> isStored)
    {
        foreach (var value in Enumerable.Reverse(Ordered))
        {
            if (forms.KindOf(value) != ValueKind.Fused || absorbed.ContainsKey(value) || SumOf(value) is not null || isStored(value))
                continue;
            int first = int.MaxValue;
            foreach (var user in Users(value)) first = Math.Min(first, FusedUse(value, user));
            int level = Level(value);
            int loads = OperandsOf(value).Distinct().Count(operand => scheduled.Contains(operand));
            if (first != int.MaxValue && first > level && loads <= 1) levels[value] = first;
        }
    }

    // The level of the fused pass in which a value is used, or its own where it is not one.
    int FusedUse(StepValue value, StepValue user)
    {
        if (forms.KindOf(user) == ValueKind.Product) return Level(value);
        if (absorbed.TryGetValue(user, out var sum)) user = sum.Root;
        bool isFused = forms.KindOf(user) == ValueKind.Fused && forms.WidthOf(user) == forms.WidthOf(value)
            && SumOf(user) is not { HoldsRoot: true };
        return isFused ? Level(user) : Level(value);
    }

    int Earliest(StepValue value)
    {
        return SumOf(value) is { } sum ? LevelOf(sum) : forms.KindOf(value) switch
        {
            ValueKind.Fused => Fused(OperandsOf(value), forms.WidthOf(value)),
            ValueKind.RowSum or ValueKind.GroupSum => Fused(OperandsOf(value), forms.WidthOf(OperandsOf(value).First())),
            ValueKind.View => Level(OperandsOf(value).First()),
            ValueKind.Joined => OperandsOf(value).Max(part => Fused([part], forms.WidthOf(part))),
            _ => OperandsOf(value).Max(NextOdd),
        };
    }

    /// <summary>When all products of a sum are formed; 0 where all are formed before the steps.</summary>
    public int ProductLevel(ProductSum sum) => sum.Products.Max(product => TermLevel(sum, product));

    /// <summary>Whether a product could be formed before the steps.</summary>
    public bool IsHoisted(ProductSum sum, StepValue product) => isHoisted(sum, product);

    /// <summary>When one product of a sum is formed; 0 where that is before the steps.</summary>
    public int TermLevel(ProductSum sum, StepValue product)
    {
        // What is written first must not overwrite a product.
        bool comesSecond = sum is { HoldsRoot: true, Rest.Length: > 0 };
        int ready = comesSecond ? Fused(sum.Rest, forms.WidthOf(sum.Root)) + 1 : 0;
        return !comesSecond && IsHoisted(sum, product) ? 0 : Math.Max(ready, NextOdd(forms.Actual(product.Operands[0])));
    }

    int LevelOf(ProductSum sum)
    {
        int products = ProductLevel(sum);
        if (sum.HoldsRoot) return Math.Max(products, sum.Rest.Length == 0 ? 0 : Fused(sum.Rest, forms.WidthOf(sum.Root)) + 1);
        if (forms.KindOf(sum.Root) == ValueKind.Product) return products;
        return Math.Max(products == 0 ? 0 : products + 1, Fused(sum.Rest, forms.WidthOf(sum.Root)));
    }

    /// <summary>The first level of a fused pass over some columns that can use some values.</summary>
    public int Fused(IEnumerable<StepValue> operands, int width)
    {
        int level = 0;
        foreach (var operand in operands) level = Math.Max(level, FusedAfter(operand, width));
        return level;
    }

    int FusedAfter(StepValue operand, int width)
    {
        if (IsThere(operand)) return 0;
        int level = Level(operand);
        if (level % 2 == 1) return level + 1;
        bool isSamePass = forms.KindOf(operand) == ValueKind.Fused && (forms.WidthOf(operand) == width || IsOfRows(operand));
        bool isReady = forms.KindOf(operand) == ValueKind.Product;
        return isSamePass || isReady ? level : level + 2;
    }

    // A view is there as soon as the value that it is part of is.
    bool IsThere(StepValue value) => !scheduled.Contains(value)
        || (forms.KindOf(value) == ValueKind.View && IsThere(OperandsOf(value).First()));

    int NextOdd(StepValue operand)
    {
        if (IsThere(operand)) return 1;
        int level = Level(operand);
        return level % 2 == 0 ? level + 1 : level + 2;
    }

    void Schedule(StepValue first)
    {
        var open = new Stack<StepValue>();
        open.Push(first);
        while (open.TryPop(out var value))
        {
            if (isAvailable(value) || !scheduled.Add(value)) continue;
            foreach (var operand in OperandsOf(value)) open.Push(operand);
        }
    }

    List<StepValue> Users(StepValue value)
    {
        if (!users.TryGetValue(value, out var list)) users.Add(value, list = []);
        return list;
    }

    // From the last value to the first, so that the largest sum is found first.
    void FindSum(StepValue value)
    {
        if (absorbed.ContainsKey(value)) return;
        if (forms.KindOf(value) == ValueKind.Product)
        {
            sums.Add(value, new ProductSum(value, [value], []));
            return;
        }
        if (elementwise.Contains(value) || !IsAddition(value)) return;
        var products = new List<StepValue>();
        var rest = new List<StepValue>();
        var merged = new List<StepValue>();
        Collect(value, products, rest, merged);
        // Nor do its partial sums have products.
        if (products.Count == 0) elementwise.UnionWith(merged);
        if (products.Count == 0) return;
        var sum = new ProductSum(value, [.. products], [.. rest]);
        foreach (var term in merged) absorbed.Add(term, sum);
        sums.Add(value, sum);
    }

    // The terms in the order in which they are written.
    void Collect(StepValue root, List<StepValue> products, List<StepValue> rest, List<StepValue> merged)
    {
        var open = new Stack<StepValue>(root.Operands.Reverse().Select(forms.Actual));
        while (open.TryPop(out var term))
        {
            bool isOwn = scheduled.Contains(term) && Users(term).Count == 1 && !demanded.Contains(term) && term.Shape.Equals(root.Shape);
            bool isProduct = isOwn && forms.KindOf(term) == ValueKind.Product, isSum = isOwn && !isProduct && IsAddition(term);
            if (isProduct || isSum) merged.Add(term);
            if (isProduct) products.Add(term);
            else if (!isSum) rest.Add(term);
            if (!isSum) continue;
            for (int i = term.Operands.Length - 1; i >= 0; i--) open.Push(forms.Actual(term.Operands[i]));
        }
    }

    bool IsAddition(StepValue value) =>
        value.Form == OperationForm.Addition && forms.KindOf(value) == ValueKind.Fused
        && Array.Exists(value.Operands, operand => operand.Shape.Equals(value.Shape))
        && !Array.Exists(value.Operands, operand => forms.IsSpread(operand, value));
}
