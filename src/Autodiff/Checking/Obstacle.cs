namespace Autograd;

/// <summary>What prevents function values around a point from giving a derivative to compare with.</summary>
public enum Obstacle
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The slopes on the two sides differ.</summary>
    Kink,

    /// <summary>On one side, the values do not tend to the value at the point.</summary>
    Jump,

    /// <summary>On one side or both, the function is not finite.</summary>
    Edge,

    /// <summary>Rounding inside the function hides it: the values are not accurate enough at any step.</summary>
    Rounding,

    /// <summary>The function changes too fast for any step that rounding allows, as it does next to a kink.</summary>
    Scale,
}
