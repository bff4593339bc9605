namespace Autograd.Scan;

/// <summary>With what a result varies; one that varies with rows alone is one number for each row.</summary>
[Flags]
enum KernelVariation
{
    None = 0,
    Rows = 1,
    Columns = 2,
    Both = Rows | Columns,
}
