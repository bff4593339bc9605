namespace Autograd.Data;

/// <summary>Whether the first line of a table names the columns.</summary>
public enum CsvHeader
{
    /// <summary>It does if one of its fields is not a number.</summary>
    Detect,

    /// <summary>It does.</summary>
    Present,

    /// <summary>It does not: the columns are called 1, 2, 3 …</summary>
    Absent,
}
