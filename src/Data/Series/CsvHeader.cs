namespace Autograd.Data;

/// <summary>Whether the first line of a table names the columns.</summary>
public enum CsvHeader
{
    /// <summary>It does if none of its fields is a number; a mixture of names and numbers is an error.</summary>
    Detect,

    /// <summary>It does.</summary>
    Present,

    /// <summary>It does not: the columns are called 1, 2, 3 …</summary>
    Absent,
}
