namespace Autograd.Tests.Autodiff.Tensors;

static class Garbage
{
    /// <summary>Collects twice, with finalizers: memory of results is free when it was found twice.</summary>
    public static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
